import { hostPattern } from '#domain/probe.ts'
import type { Rule } from '#domain/records.ts'
import { assert } from '#lib/assert.ts'

/**
 * A program for a plain POSIX shell that tries every rule with curl, which it was fetched with, tells the person in front of it what came of each, and reports it. It needs no rights, writes no
 * file and reads none. Nothing in it comes from people but hosts and ports, which a pattern has let through.
 */
export const probeScript = (site: string, token: string, rules: readonly Rule[]): string => {
  assert(/^[\w-]+$/.test(token) && /^https?:\/\/[A-Za-z0-9.:[\]/_-]+$/.test(site), 'a token and a site mean nothing to a shell')
  return `#!/bin/sh
# Rehome: what can be reached from here. It tries ${rules.length} connections and reports the results to ${site}; it reads and writes no files.
set -u
export LC_ALL=C
${functions}
results=''
line='
'
passed=0; blocked=0; untried=0
${inPortions(rules).map(tried).join('\n')}
name=$( (hostname 2>/dev/null || uname -n 2>/dev/null || echo unknown) | tr -cd 'A-Za-z0-9._-' | cut -c1-100)
body="{\\"token\\":\\"${token}\\",\\"host\\":\\"$name\\",\\"results\\":[$results]}"
if printf '%s' "$body" | curl -fsS -m 30 -o /dev/null -X POST -H 'content-type: application/json' --data-binary @- '${site}/api/probe'; then
  echo "$passed passed, $blocked blocked, $untried not tried. Reported."
else
  echo "$passed passed, $blocked blocked, $untried not tried. The report did not get through: run this again, or send these lines to whoever gave you the command." >&2
  exit 1
fi
`
}

/** So many are tried at once: what is silent takes seconds. */
const atOnce = 8
const inPortions = (rules: readonly Rule[]): Rule[][] => Array.from({ length: Math.ceil(rules.length / atOnce) }, (_, n) => rules.slice(n * atOnce, (n + 1) * atOnce))

/** Side by side; what came of each is told in their order. */
const tried = (rules: readonly Rule[]): string => [`found=$(${rules.map(rule => `try_${rule.protocol} ${words(rule)} &`).join(' ')} wait)`, ...rules.map(rule => `said ${words(rule)} ${rule.protocol}`)].join('\n')

const words = ({ id, host, port }: Rule): string => {
  assert(hostPattern.test(host) && Number.isInteger(port) && /^[0-9a-f-]{36}$/.test(id), 'a rule means nothing to a shell')
  return `'${id}' '${host.includes(':') ? `[${host}]` : host}' '${port}'`
}

// curl tells by its exit code what came of it; by the times that it writes, how far it got. 6: unknown name, 7: refused, 28: time over, the long list: TLS and its certificates.
const functions = `said() {
  case "$found" in
    *"$1 "*) came=\${found##*"$1 "}; came=\${came%%"$line"*} ;;
    *) came=no-answer ;;
  esac
  results="\${results:+$results,}{\\"rule\\":\\"$1\\",\\"outcome\\":\\"$came\\"}"
  case "$came" in
    open) passed=$((passed + 1)); word=passed ;;
    no-tool | not-visible) untried=$((untried + 1)); word='not tried' ;;
    *) blocked=$((blocked + 1)); word=BLOCKED ;;
  esac
  if [ "$4" = dns ]; then what=dns; else what="$3/$4"; fi
  printf '%-9s %s %s (%s)\\n' "$word" "$2" "$what" "$came"
}
is_more() { case "$1" in '' | 0 | 0.0* ) [ -n "$(printf '%s' "$1" | tr -d '0.')" ] ;; *) true ;; esac; }
outcome() {
  case "$1" in
    6) echo unknown-name ;;
    7) echo refused ;;
    28) echo timed-out ;;
    35 | 51 | 58 | 59 | 60 | 66 | 77 | 80 | 82 | 83 | 90 | 91) echo no-certificate ;;
    *) echo no-answer ;;
  esac
}
try_dns() {
  if ! command -v curl >/dev/null 2>&1; then echo "$1" no-tool; return; fi
  curl --noproxy '*' -s -o /dev/null --connect-timeout 3 -m 4 "http://$2:9/" </dev/null >/dev/null 2>&1
  code=$?
  if [ "$code" -eq 6 ]; then echo "$1" unknown-name; else echo "$1" open; fi
}
try_tcp() {
  if ! command -v curl >/dev/null 2>&1; then echo "$1" no-tool; return; fi
  connected=$(curl --noproxy '*' -s --http0.9 -o /dev/null -w '%{time_connect}' --connect-timeout 5 -m 7 "http://$2:$3/" </dev/null 2>/dev/null)
  code=$?
  if is_more "$connected"; then echo "$1" open; else echo "$1" "$(outcome "$code")"; fi
}
try_tls() {
  if ! command -v curl >/dev/null 2>&1; then echo "$1" no-tool; return; fi
  times=$(curl --noproxy '*' -s -o /dev/null -w '%{time_appconnect}' --connect-timeout 5 -m 10 "https://$2:$3/" </dev/null 2>/dev/null)
  code=$?
  ended=$(outcome "$code")
  if is_more "$times" && [ "$ended" != no-certificate ]; then echo "$1" open
  else echo "$1" "$ended"; fi
}
try_udp() { echo "$1" not-visible; }`
