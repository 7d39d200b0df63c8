"""Rows as in Magento's sample shop."""

# ruff: noqa: PIE800 - as many cells stand in a line as fit

from tests.catalog.feeds.formats.samples.sample import Expected, Sample

_MAGENTO = [
    "sku",
    "store_view_code",
    "attribute_set_code",
    "product_type",
    "categories",
    "product_websites",
    "name",
    "description",
    "short_description",
    "weight",
    "product_online",
    "tax_class_name",
    "visibility",
    "price",
    "special_price",
    "special_price_from_date",
    "special_price_to_date",
    "url_key",
    "meta_title",
    "base_image",
    "base_image_label",
    "small_image",
    "small_image_label",
    "thumbnail_image",
    "swatch_image",
    "created_at",
    "updated_at",
    "msrp_price",
    "country_of_manufacture",
    "additional_attributes",
    "qty",
    "out_of_stock_qty",
    "allow_backorders",
    "is_in_stock",
    "manage_stock",
    "related_skus",
    "related_position",
    "crosssell_skus",
    "crosssell_position",
    "upsell_skus",
    "upsell_position",
    "additional_images",
    "additional_image_labels",
    "hide_from_product_page",
    "custom_options",
    "bundle_values",
    "associated_skus",
    "downloadable_links",
    "configurable_variations",
    "configurable_variation_labels",
    "tier_prices",
]
_SOLD = {
    **{"attribute_set_code": "Top", "product_websites": "base", "product_online": "1", "is_in_stock": "1"},
    **{"visibility": "Catalog, Search", "qty": "100.0000", "allow_backorders": "0"},
}
_HIDDEN = {**_SOLD, "product_type": "simple", "visibility": "Not Visible Individually", "price": "52.000000"}
MAGENTO = Sample(
    "magento",
    "catalog_product.csv",
    _MAGENTO,
    [
        {
            **{**_SOLD, "sku": "24-MB01", "product_type": "simple", "name": "Duffle Bag", "price": "34.000000"},
            **{"categories": "Default Category/Gear,Default Category/Gear/Bags", "url_key": "duffle-bag"},
            **{"description": "<p>Sporty</p>\n<ul>\n<li>Dual handles</li>\n</ul>", "tier_prices": "6.66"},
            **{"base_image": "/m/b/bag.jpg", "base_image_label": "The bag", "additional_images": "/m/b/bag.jpg"},
            "additional_attributes": "activity=Gym|Overnight,material=Canvas|Leather,new=Yes,style_bags=Messenger|Tote",
            **{"crosssell_skus": "24-WB07,24-WB04", "upsell_skus": "24-WB05"},
        },
        {
            **{**_HIDDEN, "sku": "MH01-XS-Black", "name": "Hoodie-XS-Black", "base_image": "/m/h/black.jpg"},
            **{"additional_attributes": "color=Black,size=XS", "additional_images": "/m/h/black.jpg,/m/h/alt.jpg"},
        },
        {
            **_HIDDEN,
            "sku": "MH01-XS-Gray",
            "base_image": "/m/h/gray.jpg",
            "additional_attributes": "color=Gray,size=XS",
        },
        {
            **{**_SOLD, "sku": "MH01", "product_type": "configurable", "name": "Hoodie", "qty": "0.0000"},
            "categories": "Default Category/Men/Tops/Hoodies,Default Category/Collections/Eco,Default Category",
            **{"base_image": "/m/h/gray.jpg", "additional_attributes": "material=Nylon|Polyester,pattern=Solid"},
            "configurable_variations": "sku=MH01-XS-Black,size=XS,color=Black|sku=MH01-XS-Gray,size=XS,color=Gray",
            "configurable_variation_labels": "size=Size,color=Color",
        },
        {"sku": "MH01", "store_view_code": "es", "name": "Sudadera", "description": "<p>Ideal</p>"},
        {
            **{**_SOLD, "sku": "straps", "product_type": "grouped", "name": "Set of straps"},
            **{"categories": "Default Category/Gear", "base_image": "/l/u/set.jpg"},
            "associated_skus": "24-WG085=5.0000,24-WG086=5.0000",
        },
        {
            **{**_SOLD, "sku": "kit", "product_type": "bundle", "name": "Kit", "base_image": "/l/u/kit.jpg"},
            "categories": "Default Category/Gear",
            "bundle_values": "name=Ball,type=radio,required=1,sku=ball-blue,price=0.0000|name=Foam,sku=foam,default=1",
        },
        {**_SOLD, "sku": "lesson", "product_type": "downloadable", "name": "Lesson", "base_image": "/l/u/kit.jpg"},
    ],
    {
        "24-MB01": Expected(
            {"category": "Bags", "material": "Canvas, Leather", "price_cents": 3400, "group_id": None}
            | {"description": "Sporty\nDual handles", "url": "https://shop.example/duffle-bag"},
            ["bag.jpg"],
            {
                "links": {"goes_with": ["24-WB07", "24-WB04"], "alternatives": ["24-WB05"]},
                "photo_alts": {"bag.jpg": "The bag"},
            },
        ),
        "MH01~black": Expected(
            {"category": "Hoodies", "colour": "Black", "sizes": ["XS"], "title": "Hoodie"},
            ["black.jpg", "alt.jpg"],
            {"texts": {"es": {"title": "Sudadera", "description": "Ideal"}}, "pattern": "Solid"},
        ),
        "MH01~gray": Expected({"colour": "Grey", "group_id": "MH01", "in_stock": True}, ["gray.jpg"]),
        "straps": Expected({}, ["set.jpg"], {"links": {"set": ["24-WG085", "24-WG086"]}}),
        "kit": Expected({}, ["kit.jpg"], {"links": {"set": ["ball-blue", "foam"]}}),
    },
    ["bag.jpg", "black.jpg", "alt.jpg", "gray.jpg", "set.jpg", "kit.jpg"],
    ["1 virtual"],
)
