-- A catalogue as Vitrina wrote it before its tables had migrations (layout 1): the statements of its SQLite file, and
-- a row or more in each table. Made once, by that version; never to be changed.
PRAGMA journal_mode=WAL;
BEGIN;
CREATE TABLE catalog_schema (
    version INTEGER NOT NULL,
    PRIMARY KEY (version)
);
CREATE TABLE catalog_sources (
    source_id INTEGER NOT NULL,
    location TEXT NOT NULL,
    imported_at VARCHAR(40) NOT NULL,
    rejected_rows INTEGER NOT NULL,
    rejected_photos INTEGER NOT NULL,
    PRIMARY KEY (source_id),
    UNIQUE (location)
);
CREATE TABLE catalog_searches (
    search_id VARCHAR(40) NOT NULL,
    searched_at VARCHAR(40) NOT NULL,
    snapshot_id TEXT NOT NULL,
    category TEXT,
    probability FLOAT,
    recognised BOOLEAN NOT NULL,
    results INTEGER NOT NULL,
    companions INTEGER NOT NULL,
    language VARCHAR(20) NOT NULL,
    filters JSON NOT NULL,
    page INTEGER NOT NULL,
    refined BOOLEAN NOT NULL,
    PRIMARY KEY (search_id)
);
CREATE TABLE catalog_clicks (
    click_id VARCHAR(40) NOT NULL,
    clicked_at VARCHAR(40) NOT NULL,
    search_id VARCHAR(40),
    list_name TEXT NOT NULL,
    product_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    kind VARCHAR(20) NOT NULL,
    PRIMARY KEY (click_id)
);
CREATE TABLE catalog_accounts (
    name VARCHAR(80) NOT NULL,
    role VARCHAR(20) NOT NULL,
    password_hash TEXT NOT NULL,
    stamp VARCHAR(40) NOT NULL,
    disabled BOOLEAN NOT NULL,
    added_at VARCHAR(40) NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE catalog_refused_logins (
    refusal_id INTEGER NOT NULL,
    "key" VARCHAR(120) NOT NULL,
    refused_at VARCHAR(40) NOT NULL,
    PRIMARY KEY (refusal_id)
);
CREATE TABLE catalog_audit (
    entry_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at VARCHAR(40) NOT NULL,
    "by" VARCHAR(80) NOT NULL,
    action VARCHAR(40) NOT NULL,
    subject TEXT NOT NULL,
    "before" JSON NOT NULL,
    "after" JSON NOT NULL
);
CREATE TABLE catalog_corrections (
    product_id TEXT NOT NULL,
    field VARCHAR(40) NOT NULL,
    given TEXT NOT NULL,
    chosen TEXT NOT NULL,
    decision VARCHAR(20) NOT NULL,
    state VARCHAR(20) NOT NULL,
    "by" VARCHAR(80) NOT NULL,
    at VARCHAR(40) NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (product_id, field)
);
CREATE TABLE catalog_label_checks (
    check_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    checked_at VARCHAR(40) NOT NULL,
    model TEXT NOT NULL,
    products INTEGER NOT NULL,
    photos INTEGER NOT NULL,
    seconds FLOAT NOT NULL
);
CREATE TABLE catalog_suspicions (
    suspicion_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    check_id INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    state VARCHAR(20) NOT NULL,
    product_id TEXT NOT NULL,
    given TEXT NOT NULL,
    suggested TEXT NOT NULL,
    given_probability FLOAT NOT NULL,
    suggested_probability FLOAT NOT NULL,
    score FLOAT NOT NULL,
    guesses JSON NOT NULL,
    given_neighbours JSON NOT NULL,
    suggested_neighbours JSON NOT NULL
);
CREATE TABLE catalog_duplicates (
    picture INTEGER NOT NULL,
    product_id TEXT NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    distance INTEGER NOT NULL,
    PRIMARY KEY (picture, product_id)
);
CREATE TABLE catalog_rules (
    rule_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    list_name VARCHAR(20) NOT NULL,
    action VARCHAR(20) NOT NULL,
    anchor_kind VARCHAR(20) NOT NULL,
    anchor TEXT NOT NULL,
    target_kind VARCHAR(20) NOT NULL,
    target TEXT NOT NULL,
    position INTEGER,
    strength INTEGER,
    first_day VARCHAR(10),
    last_day VARCHAR(10),
    paused BOOLEAN NOT NULL,
    note TEXT NOT NULL,
    changed_at VARCHAR(40) NOT NULL,
    changed_by VARCHAR(80) NOT NULL
);
CREATE TABLE catalog_compatibility (
    category TEXT NOT NULL,
    other TEXT NOT NULL,
    learned FLOAT,
    clicks INTEGER NOT NULL,
    chosen FLOAT,
    PRIMARY KEY (category, other)
);
CREATE TABLE catalog_curation_changes (
    change_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    batch VARCHAR(40) NOT NULL,
    undoes VARCHAR(40),
    at VARCHAR(40) NOT NULL,
    "by" VARCHAR(80) NOT NULL,
    kind VARCHAR(20) NOT NULL,
    subject JSON NOT NULL,
    "before" JSON,
    "after" JSON
);
CREATE TABLE catalog_curation (
    "row" INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY ("row")
);
CREATE TABLE catalog_jobs (
    job_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind VARCHAR(40) NOT NULL,
    started_by VARCHAR(80) NOT NULL,
    started_at VARCHAR(40) NOT NULL,
    ended_at VARCHAR(40),
    state VARCHAR(20) NOT NULL,
    pid INTEGER,
    place TEXT,
    cancelled_by VARCHAR(80),
    facts JSON NOT NULL,
    error TEXT
);
CREATE TABLE catalog_products (
    product_id TEXT NOT NULL,
    source_id INTEGER NOT NULL,
    added_at VARCHAR(40) NOT NULL,
    category TEXT NOT NULL,
    title TEXT,
    group_id TEXT,
    gender TEXT,
    colour TEXT,
    price_cents BIGINT,
    currency TEXT,
    in_stock BOOLEAN,
    description TEXT,
    url TEXT,
    split TEXT,
    attributes JSON NOT NULL,
    PRIMARY KEY (product_id),
    FOREIGN KEY(source_id) REFERENCES catalog_sources (source_id)
);
CREATE TABLE catalog_photos (
    photo_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    product_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    size_bytes BIGINT NOT NULL,
    mtime_ns BIGINT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    FOREIGN KEY(product_id) REFERENCES catalog_products (product_id) ON DELETE CASCADE
);
CREATE TABLE catalog_word_numbers (number INTEGER PRIMARY KEY, product_id TEXT NOT NULL UNIQUE);
CREATE TABLE catalog_word_changes (number INTEGER PRIMARY KEY, names TEXT, texts TEXT);
CREATE VIRTUAL TABLE catalog_words USING fts5(names, texts, content='', tokenize='unicode61 remove_diacritics 2', prefix='2 3');
CREATE INDEX ix_catalog_searches_searched_at ON catalog_searches (searched_at);
CREATE INDEX ix_catalog_clicks_clicked_at ON catalog_clicks (clicked_at);
CREATE INDEX ix_catalog_clicks_search_id ON catalog_clicks (search_id);
CREATE INDEX ix_catalog_refused_logins_key ON catalog_refused_logins ("key", refused_at);
CREATE INDEX ix_catalog_audit_action ON catalog_audit (action);
CREATE INDEX ix_catalog_audit_at ON catalog_audit (at);
CREATE INDEX ix_catalog_corrections_by ON catalog_corrections ("by", state, at);
CREATE INDEX ix_catalog_corrections_state ON catalog_corrections (state, at);
CREATE INDEX ix_catalog_suspicions_state ON catalog_suspicions (state, rank);
CREATE INDEX ix_catalog_suspicions_product_id ON catalog_suspicions (product_id);
CREATE INDEX ix_catalog_duplicates_product ON catalog_duplicates (product_id);
CREATE INDEX ix_catalog_rules_target ON catalog_rules (target);
CREATE INDEX ix_catalog_rules_anchor ON catalog_rules (list_name, anchor);
CREATE INDEX ix_catalog_rules_anchors ON catalog_rules (anchor);
CREATE INDEX ix_catalog_curation_changes_batch ON catalog_curation_changes (batch);
CREATE INDEX ix_catalog_curation_changes_undoes ON catalog_curation_changes (undoes);
CREATE INDEX ix_catalog_jobs_kind ON catalog_jobs (kind);
CREATE INDEX ix_catalog_jobs_ended_at ON catalog_jobs (ended_at);
CREATE INDEX ix_catalog_products_stock ON catalog_products (in_stock, product_id);
CREATE INDEX ix_catalog_products_source_id ON catalog_products (source_id);
CREATE INDEX ix_catalog_products_category ON catalog_products (category, product_id);
CREATE INDEX ix_catalog_products_group_id ON catalog_products (group_id);
CREATE INDEX ix_catalog_products_newest ON catalog_products (added_at, product_id);
CREATE INDEX ix_catalog_products_gender ON catalog_products (gender, product_id);
CREATE INDEX ix_catalog_products_colour ON catalog_products (colour, product_id);
CREATE INDEX ix_catalog_products_price ON catalog_products (price_cents, product_id);
CREATE INDEX ix_catalog_photos_sha256 ON catalog_photos (sha256);
CREATE INDEX ix_catalog_photos_product ON catalog_photos (product_id, position);
CREATE TRIGGER catalog_words_added AFTER INSERT ON catalog_products BEGIN INSERT INTO catalog_word_numbers(product_id) SELECT new.product_id WHERE new.product_id NOT IN (SELECT product_id FROM catalog_word_numbers); INSERT INTO catalog_word_changes(number) SELECT number FROM catalog_word_numbers WHERE product_id = new.product_id AND number NOT IN (SELECT number FROM catalog_word_changes); END;
CREATE TRIGGER catalog_words_changed AFTER UPDATE ON catalog_products WHEN (coalesce(old.product_id, '') || ' ' || coalesce(old.title, '') || ' ' || coalesce(old.category, '') || ' ' || coalesce(old.gender, '') || ' ' || coalesce(old.colour, ''), coalesce(old.description, '') || ' ' || coalesce((SELECT group_concat(value, ' ') FROM json_each(old.attributes)), '')) IS NOT (coalesce(new.product_id, '') || ' ' || coalesce(new.title, '') || ' ' || coalesce(new.category, '') || ' ' || coalesce(new.gender, '') || ' ' || coalesce(new.colour, ''), coalesce(new.description, '') || ' ' || coalesce((SELECT group_concat(value, ' ') FROM json_each(new.attributes)), '')) BEGIN INSERT INTO catalog_word_changes(number, names, texts) SELECT number, coalesce(old.product_id, '') || ' ' || coalesce(old.title, '') || ' ' || coalesce(old.category, '') || ' ' || coalesce(old.gender, '') || ' ' || coalesce(old.colour, ''), coalesce(old.description, '') || ' ' || coalesce((SELECT group_concat(value, ' ') FROM json_each(old.attributes)), '') FROM catalog_word_numbers WHERE product_id = old.product_id AND number NOT IN (SELECT number FROM catalog_word_changes); UPDATE catalog_word_numbers SET product_id = new.product_id WHERE product_id = old.product_id; END;
CREATE TRIGGER catalog_words_removed AFTER DELETE ON catalog_products BEGIN INSERT INTO catalog_word_changes(number, names, texts) SELECT number, coalesce(old.product_id, '') || ' ' || coalesce(old.title, '') || ' ' || coalesce(old.category, '') || ' ' || coalesce(old.gender, '') || ' ' || coalesce(old.colour, ''), coalesce(old.description, '') || ' ' || coalesce((SELECT group_concat(value, ' ') FROM json_each(old.attributes)), '') FROM catalog_word_numbers WHERE product_id = old.product_id AND number NOT IN (SELECT number FROM catalog_word_changes); END;
INSERT INTO catalog_schema VALUES (1);
INSERT INTO catalog_sources VALUES (1, '/srv/shop/products.csv', '2026-11-26T23:13:13.865898+00:00', 0, 0);
INSERT INTO catalog_searches VALUES ('search-1', '2026-11-02T09:30+00:00', '20261101', 'Coats', 0.9, 1, 12, 3, 'en', '{}', 1, 0);
INSERT INTO catalog_clicks VALUES ('click-1', '2026-11-02T09:31+00:00', 'search-1', 'similar', 'coat-1', 2, 'click');
INSERT INTO catalog_accounts VALUES ('ana', 'admin', '$argon2id$v=19$m=65536,t=3,p=4$Q1h7yET+bUtIXq7iGHse7Q$72ldloXX97Eyfu3FHjC2m4wJRN0gxFkqmoT9TszN7sg', 'O7zeWSBS6W4n2p4B6JZQZQ', 0, '2026-11-26T23:13:13+00:00');
INSERT INTO catalog_refused_logins VALUES (1, '85262adf74518bbb70c7cb94cd6159d91669e5a81edf1efebd543eadbda9fa2b', '2026-11-26T23:13:14.064803+00:00');
INSERT INTO catalog_audit VALUES (1, '2026-11-26T23:13:13+00:00', 'ana', 'label corrected', 'coat-2', '{"category": "Coats"}', '{"category": "Jackets"}');
INSERT INTO catalog_audit VALUES (2, '2026-11-26T23:13:13+00:00', 'ana', 'rule added', '1: pin coat-1 in similar of everywhere', '{}', '{"list_name": "similar", "action": "pin", "target": "coat-1", "target_kind": "product", "anchor_kind": "everywhere", "position": 1, "note": "window"}');
INSERT INTO catalog_audit VALUES (3, '2026-11-26T23:13:13+00:00', 'ana', 'category pairs learned', 'compatibility', '{}', '{"pairs": 1, "clicks": 12}');
INSERT INTO catalog_audit VALUES (4, '2026-11-26T23:13:13+00:00', 'ana', 'category pair changed', 'Coats → Bags', '{"weight": null}', '{"weight": 1.0}');
INSERT INTO catalog_audit VALUES (5, '2026-11-26T23:13:14+00:00', 'command line', 'account added', 'ana', '{}', '{"role": "admin"}');
INSERT INTO catalog_audit VALUES (6, '2026-11-26T23:13:14+00:00', 'ana', 'job started', '1', '{}', '{"kind": "build"}');
INSERT INTO catalog_corrections VALUES ('coat-2', 'category', 'Coats', 'Jackets', 'accepted', 'in force', 'ana', '2026-11-26T23:13:13.876195+00:00', 1);
INSERT INTO catalog_label_checks VALUES (1, '2026-11-01T10:00:00+00:00', 'vitrina-fashion', 3, 3, 1.5);
INSERT INTO catalog_suspicions VALUES (1, 1, 1, 'open', 'bag-1', 'Bags', 'Coats', 0.1, 0.8, 0.05, '[["Coats", 0.8], ["Bags", 0.1]]', '["coat-1"]', '[]');
INSERT INTO catalog_duplicates VALUES (1, 'coat-1', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 0);
INSERT INTO catalog_duplicates VALUES (1, 'bag-1', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 2);
INSERT INTO catalog_rules VALUES (1, 1, 'similar', 'pin', 'everywhere', '', 'product', 'coat-1', 1, NULL, NULL, NULL, 0, 'window', '2026-11-26T23:13:13+00:00', 'ana');
INSERT INTO catalog_compatibility VALUES ('Coats', 'Bags', 0.7, 12, 1.0);
INSERT INTO catalog_curation_changes VALUES (1, 'jIwajD33HGEK8KHMS9losw', NULL, '2026-11-26T23:13:13+00:00', 'ana', 'rule', 1, NULL, '{"list_name": "similar", "action": "pin", "target": "coat-1", "target_kind": "product", "anchor": "", "anchor_kind": "everywhere", "position": 1, "strength": null, "first_day": null, "last_day": null, "paused": false, "note": "window", "version": 1}');
INSERT INTO catalog_curation_changes VALUES (2, 'NK6iVJrKB80KQvIe_7k1sQ', NULL, '2026-11-26T23:13:13+00:00', 'ana', 'pair', '["Coats", "Bags"]', '{"chosen": null}', '{"chosen": 1.0}');
INSERT INTO catalog_curation VALUES (1, 3);
INSERT INTO catalog_jobs VALUES (1, 'build', 'ana', '2026-11-26T23:13:14+00:00', '2026-11-26T23:13:14+00:00', 'died', NULL, NULL, NULL, '{}', NULL);
INSERT INTO catalog_products VALUES ('coat-1', 1, '2026-11-26T23:13:13.865898+00:00', 'Coats', 'Duffle Señor', NULL, NULL, 'blue', 4990, NULL, 1, 'warm wool', NULL, NULL, '{"season": "Winter"}');
INSERT INTO catalog_products VALUES ('coat-2', 1, '2026-11-26T23:13:13.865898+00:00', 'Jackets', 'Trench', NULL, NULL, 'beige', 9990, NULL, 0, NULL, NULL, NULL, '{"season": "Spring"}');
INSERT INTO catalog_products VALUES ('bag-1', 1, '2026-11-26T23:13:13.865898+00:00', 'Bags', 'Tote', NULL, NULL, 'red', 1900, NULL, NULL, NULL, NULL, NULL, '{}');
INSERT INTO catalog_photos VALUES (1, 'coat-1', 0, '/srv/shop/0.png', 'e67249625bf33a7fdd0ce691570f666be56897f76f2592bbe72f923656f1b6d0', 112, 1795734793802379721, 40, 60);
INSERT INTO catalog_photos VALUES (2, 'coat-2', 0, '/srv/shop/1.png', '59f9d5afc09e9cf4befb6c545d99a234e9226c3c0d2f843a190c57cc0b54baa9', 113, 1795734793802548672, 40, 60);
INSERT INTO catalog_photos VALUES (3, 'bag-1', 0, '/srv/shop/2.png', '5ee6603a5aa6b8a5bc7244345fce3b684ab968d2338c693768726629b664815e', 113, 1795734793802680988, 40, 60);
INSERT INTO catalog_words(catalog_words, rowid, names, texts) SELECT 'delete', number, names, texts FROM catalog_word_changes WHERE names IS NOT NULL;
INSERT INTO catalog_words(rowid, names, texts) SELECT number, coalesce(one.product_id, '') || ' ' || coalesce(one.title, '') || ' ' || coalesce(one.category, '') || ' ' || coalesce(one.gender, '') || ' ' || coalesce(one.colour, ''), coalesce(one.description, '') || ' ' || coalesce((SELECT group_concat(value, ' ') FROM json_each(one.attributes)), '') FROM catalog_word_changes JOIN catalog_word_numbers USING (number) JOIN catalog_products AS one ON one.product_id = catalog_word_numbers.product_id ORDER BY number;
DELETE FROM catalog_word_numbers WHERE number IN (SELECT number FROM catalog_word_changes) AND product_id NOT IN (SELECT product_id FROM catalog_products);
DELETE FROM catalog_word_changes;
COMMIT;
