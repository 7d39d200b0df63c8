"""What came last, and what costs less than before."""

from sqlalchemy import event

from catalog.browsing.arrivals import reduced_products


def test_reduced_products_are_found_without_looking_at_all_others(catalog, load, write_table, draw):
    """Of a million products, a shop may have reduced ten; a list of these read all the others as well."""
    rows = [
        {"product_id": f"p{number}", "category": "Coats", "image": draw(f"{number}.png", shade=number), "price": "10"}
        for number in range(6)
    ]
    for row, before in zip(rows, ("12", "", "10", "8", "11", ""), strict=True):
        row["price_before"] = before
    load(write_table("products.csv", rows))
    plans: list[str] = []

    def explain(connection, _cursor, statement, parameters, _context, _many):
        if (
            statement.startswith("SELECT") and connection.dialect.name == "sqlite"
        ):  # PostgreSQL reads few rows as a whole
            rows = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in rows)

    event.listen(catalog.database._engine, "before_cursor_execute", explain)
    assert set(reduced_products(catalog.database, 10)) == {"p0", "p4"}
    assert all("ix_catalog_products_reduced" in plan for plan in plans), plans
