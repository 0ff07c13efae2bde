import { openSession } from './sessions.ts'

/**
 * Fills an empty home with the same rows every time: five rows for each order and some more, about 40 bytes to 20 kB each. By SQL alone, in one transaction.
 */
export const seed = async (url: string, { orders = 40_000, shop = 'Nordlicht Outdoor GmbH' }: { readonly orders?: number; readonly shop?: string } = {}): Promise<void> => {
  await using session = await openSession(url)
  const people = Math.max(10, Math.floor(orders / 4))
  await session.query('BEGIN')
  await session.query('INSERT INTO settings VALUES ($1, $2), ($3, $4)', ['shop', JSON.stringify({ name: shop, currency: 'EUR' }), 'tax', JSON.stringify({ percent: 19 })])
  for (const statement of statementsOf(orders, people)) await session.query(statement)
  await session.query("INSERT INTO pictures VALUES ('logo', 'image/svg+xml', lo_from_bytea(0, $1)), ('banner', 'application/octet-stream', lo_from_bytea(0, $2))", [Buffer.from(logo), banner()])
  await session.query('COMMIT')
  await session.query('ANALYZE')
}

/** Round and round the alphabet of what a shop of outdoor gear sells. */
const things = "ARRAY['Tent','Lantern','Rope','Jacket','Stove','Boots','Compass','Hammock','Thermos','Rucksack','Headlamp','Mug']"
const kinds = "ARRAY['Fjord','Polar','Moor','Tundra','Birch','Skerry','Heath']"
const firsts = "ARRAY['Ada','Bo','Cleo','Dag','Edda','Finn','Gesa','Hauke','Ines','Jori']"
const lasts = "ARRAY['Ahrens','Brandt','Clausen','Dirks','Ebert','Friese','Gerdes','Hansen']"
/** A number below `below` that is always the same for the same n, and looks as if it were not. */
const chance = (n: string, below: number, salt = 1): string => `((('x' || substr(md5((${n})::text), ${salt}, 7))::bit(28)::integer) % ${below})`

const statementsOf = (orders: number, people: number): string[] => [
  `INSERT INTO people (email, name, phones, preferences, created_at)
   SELECT 'person' || n || '@example.com', (${firsts})[1 + n % 10] || ' ' || (${lasts})[1 + n / 10 % 8], CASE WHEN n % 3 = 0 THEN ARRAY['+49 40 55' || lpad(n::text, 6, '0')] ELSE '{}' END,
     jsonb_build_object('newsletter', n % 2 = 0, 'size', (ARRAY['S','M','L',NULL])[1 + n % 4]), timestamptz '2025-01-01 00:00+00' + n * interval '17 minutes'
   FROM generate_series(1, ${people}) n`,
  `INSERT INTO addresses (person_id, kind, lines, postcode) SELECT n, 'delivery', ARRAY['Deichweg ' || 1 + n % 90, 'c/o "Möwe" \\ ' || n], lpad((20000 + n % 9000)::text, 5, '0') FROM generate_series(1, ${people}) n`,
  `INSERT INTO articles (sku, title, price, tags, attributes, is_active)
   SELECT 'NL-' || lpad(n::text, 4, '0'), (${kinds})[1 + n / 12 % 7] || ' ' || (${things})[1 + n % 12] || ' ' || n, 4.90 + ${chance('n', 40_000)} / 100.0, ARRAY['outdoor', lower((${things})[1 + n % 12])],
     jsonb_build_object('weight_g', 100 + ${chance('n', 3000, 9)}, 'colours', jsonb_build_array('moss', 'slate')), n % 25 <> 0
   FROM generate_series(1, 500) n`,
  `INSERT INTO stock SELECT n, warehouse, 1000000, 1000000 FROM generate_series(1, 500) n, unnest(ARRAY['main', 'outlet']) warehouse`,
  `CREATE TEMP TABLE seed_lines ON COMMIT DROP AS
   SELECT o AS order_id, line, a.id AS article_id, 1 + ${chance('o * 7 + line', 3, 5)} AS quantity, a.price
   FROM generate_series(1, ${orders}) o, LATERAL generate_series(1, 1 + o % 2) line, articles a WHERE a.id = 1 + (${chance('o', 250)} * 2 + line - 1) % 500`,
  `INSERT INTO orders (person_id, state, note, net, tax, placed_at, updated_at)
   SELECT 1 + ${chance('n', people)}, (ARRAY['shipped','shipped','shipped','cancelled','open'])[1 + n % 5]::order_state, CASE WHEN n % 4 = 0 THEN 'ring twice, nº ' || n ELSE '' END, net, round(net * 0.19, 2), at, at
   FROM (SELECT order_id AS n, sum(quantity * price) AS net FROM seed_lines GROUP BY 1 ORDER BY 1) s, LATERAL (SELECT timestamptz '2025-02-01 06:00+00' + n * interval '15 minutes' AS at) t`,
  'INSERT INTO order_lines (order_id, line, article_id, quantity, unit_price) SELECT * FROM seed_lines ORDER BY order_id, line',
  `UPDATE stock SET on_hand = received - taken FROM (SELECT l.article_id, sum(quantity) AS taken FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.state <> 'cancelled' GROUP BY 1) s
   WHERE s.article_id = stock.article_id AND warehouse = 'main'`,
  `INSERT INTO invoices (order_id, amount, issued_at) SELECT id, total, placed_at + interval '1 day' FROM orders WHERE state = 'shipped' ORDER BY id`,
  `INSERT INTO shipments SELECT md5('shipment' || id)::uuid, id, (ARRAY['Post','Bote','Rad'])[1 + id % 3], CASE WHEN id % 7 <> 0 THEN 'T' || id END, placed_at + interval '1 day' FROM orders WHERE state = 'shipped'`,
  `INSERT INTO events (at, order_id, kind, detail) SELECT placed_at, id, 'placed', jsonb_build_object('lines', 1 + id % 2) FROM orders ORDER BY id`,
  `INSERT INTO documents (order_id, title, body) SELECT n * 40, 'Delivery note ' || n, (SELECT string_agg(md5(n || '.' || part), ' ') FROM generate_series(1, 200 + n % 400) part) FROM generate_series(1, ${Math.floor(orders / 80)}) n`,
]

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="Nordlicht"><rect width="64" height="64" rx="14" fill="#0B664E"/>
<path d="M8 50 24 24l9 14 6-9 17 21z" fill="#E5F4EE"/><path d="M10 20c10-9 20 5 44-8" fill="none" stroke="#63D2AF" stroke-width="4" stroke-linecap="round"/></svg>
`

/** 200 kB that compress badly, the same each time: an xorshift. */
const banner = (): Buffer => {
  const bytes = Buffer.alloc(200_000)
  let x = 2463534242
  for (let i = 0; i < bytes.length; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    bytes[i] = x & 255
  }
  return bytes
}

/** `DATABASE_URL=postgres://… node examples/orders/seed.ts` */
if (import.meta.main) {
  const url = process.env['DATABASE_URL']
  if (url === undefined) throw new Error('DATABASE_URL is not set')
  await seed(url)
}
