/** What the page shows. Everything in it comes from people and is escaped. */
export type Shown = {
  readonly shop: string
  readonly home: string
  readonly server: string
  readonly inMaintenance: boolean
  readonly open: string
  readonly today: string
  readonly count: string
  readonly orders: readonly { readonly id: string; readonly name: string; readonly state: 'open' | 'shipped' | 'cancelled'; readonly total: string; readonly items: string; readonly at: Date }[]
}

export const pageOf = (shown: Shown): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="3">
<title>Orders of ${escape(shown.shop)}</title>
<style>${style}</style>
</head>
<body>
<header>
  <img src="/logo" alt="" width="40" height="40">
  <div><h1>${escape(shown.shop)}</h1><p>Tidemark Orders</p></div>
  <p class="home"><b>${escape(shown.home)}</b><span>PostgreSQL ${escape(shown.server)}</span></p>
</header>
${shown.inMaintenance ? '<p class="note" role="status">Maintenance: orders can be read. New ones are taken again in a moment.</p>' : ''}
<main>
<dl>
  <div><dt>Orders</dt><dd>${escape(shown.count)}</dd></div>
  <div><dt>Still to send</dt><dd>${escape(shown.open)}</dd></div>
  <div><dt>Taken in the last hour</dt><dd>${escape(shown.today)}</dd></div>
</dl>
<h2>The latest orders</h2>
<ul>${shown.orders.map(row).join('')}</ul>
</main>
</body>
</html>
`

const row = (order: Shown['orders'][number]): string => `
<li>
  <span class="number">№ ${escape(order.id)}</span>
  <span class="who">${escape(order.name)}<small>${escape(order.items)} · <time datetime="${order.at.toISOString()}">${order.at.toISOString().slice(11, 16)} UTC</time></small></span>
  <span class="state ${order.state}">${order.state}</span>
  <span class="total">${escape(order.total)}</span>
</li>`

const escape = (text: string): string => text.replace(/[&<>"']/g, c => `&#${c.codePointAt(0)};`)

const style = `
:root{color-scheme:light dark;--canvas:#F6F7F8;--surface:#FFF;--line:#E4E6EA;--t1:#15181D;--t2:#474E5A;--t3:#646B77;--active:#0A58B0;--active-bg:#E9F1FC;--done:#0B664E;--done-bg:#E5F4EE;--warn:#7A4B00;--warn-bg:#FFF4DC;--warn-ln:#EFD08E;--idle:#5A616C;--idle-bg:#F1F2F4}
@media(prefers-color-scheme:dark){:root{--canvas:#0D0F12;--surface:#14171B;--line:#252A31;--t1:#E9EBEE;--t2:#B0B7C1;--t3:#8D95A1;--active:#84BCFF;--active-bg:#11233A;--done:#63D2AF;--done-bg:#0E2A22;--warn:#F3BE5C;--warn-bg:#2D230F;--warn-ln:#5E4919;--idle:#A0A8B3;--idle-bg:#1D2126}}
*{box-sizing:border-box;margin:0}
body{background:var(--canvas);color:var(--t1);font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1.25rem}
header{display:flex;align-items:center;gap:.75rem;margin-bottom:1.25rem}
header img{border-radius:10px;flex:none}
h1{font-size:1.15rem;line-height:1.25}
header p{color:var(--t3);font-size:.875rem}
.home{margin-left:auto;text-align:right;color:var(--t3)}
.home b{display:block;color:var(--active);font-weight:600}
.home span{white-space:nowrap}
.note{background:var(--warn-bg);color:var(--warn);border:1px solid var(--warn-ln);border-radius:10px;padding:.625rem .875rem;margin-bottom:1.25rem}
dl{display:grid;grid-template-columns:repeat(3,1fr);gap:.75rem;margin-bottom:1.5rem}
dl div{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:.75rem .875rem;display:flex;flex-direction:column;justify-content:space-between}
dt{color:var(--t3);font-size:.8125rem;line-height:1.3}
dd{font-size:1.375rem;font-variant-numeric:tabular-nums}
h2{font-size:.9375rem;color:var(--t2);font-weight:600;margin-bottom:.5rem}
ul{list-style:none;padding:0;background:var(--surface);border:1px solid var(--line);border-radius:10px}
li{display:grid;grid-template-columns:6rem 1fr auto 7rem;gap:.75rem;align-items:center;padding:.625rem .875rem;border-top:1px solid var(--line)}
li:first-child{border-top:0}
.number,.total{font-variant-numeric:tabular-nums}
.number{color:var(--t3);font-size:.875rem}
.who{min-width:0;overflow-wrap:anywhere}
.who small{display:block;color:var(--t3)}
time{white-space:nowrap}
.total{text-align:right}
.state{font-size:.8125rem;border-radius:99px;padding:.0625rem .625rem;background:var(--idle-bg);color:var(--idle)}
.state.open{background:var(--active-bg);color:var(--active)}
.state.shipped{background:var(--done-bg);color:var(--done)}
@media(max-width:34rem){body{padding:.875rem}li{grid-template-columns:1fr auto;gap:.125rem .75rem}.number{order:3}.state{order:2;justify-self:end}.total{order:4}dl{gap:.5rem}dl div{padding:.625rem}}
`
