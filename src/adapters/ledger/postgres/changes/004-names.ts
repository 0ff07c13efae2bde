/** Whoever is called just so is found at once, however many are called like that. */
export const names = `
CREATE INDEX customer_name ON customer (lower(name));
CREATE INDEX contact_name ON contact (lower(name));
CREATE INDEX quote_number ON quote (lower(number));
`
