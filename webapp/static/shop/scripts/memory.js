// Lists that are kept in this browser only, and sent nowhere. What lies in storage is input like any other.

// A list of at most so many objects that have a url and a title, the latest first, each once by its id.
shop.memory = (key, most) => {
  const read = () => {
    try {
      const list = JSON.parse(localStorage.getItem(key) ?? "[]");
      return Array.isArray(list) ? list.filter((one) => one && one.id && one.title && shop.own(one.url)) : [];
    } catch {
      return [];
    }
  };
  const write = (list) => {
    try {
      if (list.length) localStorage.setItem(key, JSON.stringify(list.slice(0, most)));
      else localStorage.removeItem(key);
      return true;
    } catch {
      return false; // without storage, or where it is full, nothing is remembered
    }
  };
  return {
    read,
    has: (id) => read().some((one) => one.id === id),
    add: (item) => Boolean(item.id && item.title && item.url) && write([item, ...read().filter((one) => one.id !== item.id)]),
    remove: (id) => write(read().filter((one) => one.id !== id)),
    clear: () => write([]),
  };
};

// Whether the browser keeps anything: not where storage is forbidden, or full.
shop.keeps = () => {
  try {
    localStorage.setItem("kept", "1");
    localStorage.removeItem("kept");
    return true;
  } catch {
    return false;
  }
};

// An address of this shop in full; null for any other.
shop.own = (address) => {
  try {
    const { origin, href } = new URL(address, location.href);
    return address && origin === location.origin ? href : null;
  } catch {
    return null;
  }
};

// A card for something that was kept.
shop.cardOf = ({ title, url, image, price }) => {
  const card = document.createElement("li");
  card.className = "card";
  const photo = document.createElement("span");
  photo.className = "photo";
  const source = typeof image === "string" && (image.startsWith("data:image/jpeg;") ? image : shop.own(image));
  if (source) {
    const picture = new Image();
    picture.loading = "lazy";
    picture.decoding = "async";
    picture.alt = "";
    picture.src = source;
    photo.append(picture);
  }
  const name = document.createElement("h3");
  name.className = "card__title";
  const link = document.createElement("a");
  link.href = shop.own(url);
  link.textContent = title;
  name.append(link);
  card.append(photo, name);
  if (price) {
    const line = document.createElement("p");
    line.className = "card__price";
    line.textContent = price;
    card.append(line);
  }
  return card;
};
