/** Crockford's base32: without I, L, O and U, so that nothing is read as something else. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const dataLetters = 24
const groupLetters = 5

/** Bytes of chance that a code is made of: 120 bits. */
export const codeBytes = 15

/** An activation code, `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`: 24 letters of chance and a last one that any one wrong letter, and any two swapped, do not fit. */
export const codeOf = (chance: Uint8Array): string => {
  let [bits, held, code] = [0, 0, '']
  for (const byte of chance.slice(0, codeBytes)) {
    bits = (bits << 8) | byte
    for (held += 8; held >= 5; held -= 5) code += letters[(bits >> (held - 5)) & 31] ?? ''
    bits &= (1 << held) - 1
  }
  return grouped(code + (letters[timesAlpha(checkOf(code))] ?? ''))
}

/** As it was issued, of what somebody typed: small letters, spaces, O for 0, I and L for 1 are understood. Undefined: it is none, or mistyped. */
export const readCode = (typed: string): string | undefined => {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return code.length === dataLetters + 1 && [...code].every(letter => letters.includes(letter)) && checkOf(code) === 0 ? grouped(code) : undefined
}

const grouped = (code: string): string => code.match(new RegExp(`.{${groupLetters}}`, 'g'))?.join('-') ?? code

/** A polynomial over GF(32) at its generator: every place has a weight of its own, therefore no swap goes unseen. */
const checkOf = (code: string): number => [...code].reduce((sum, letter) => timesAlpha(sum) ^ letters.indexOf(letter), 0)
const timesAlpha = (value: number): number => (value & 16 ? ((value << 1) ^ 0b100101) & 31 : value << 1)
