import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDuration, readSize, showDuration, showSize } from './quantity.ts'

test('a duration has a unit, a size need not', () => {
  assert.deepEqual(['500ms', '5s', '2 min', '10m', '12h', '1.5h', '3D'].map(readDuration), [500, 5_000, 120_000, 600_000, 43_200_000, 5_400_000, 259_200_000])
  assert.deepEqual(['64MB', '20GB', '1TiB', '0', '17', '1.5 kB', '2kib'].map(readSize), [64e6, 20e9, 2 ** 40, 0, 17, 1_500, 2_048])
  for (const text of ['', '5', '-5s', 's', '5 weeks', '1e3s', '5s5s', 'Infinity', '５s', '5constructor']) assert.equal(readDuration(text), undefined, text)
  for (const text of ['', '-1', 'MB', '1 MB/s', '0x10', 'NaN', '1toString']) assert.equal(readSize(text), undefined, text)
})

test('sizes and durations are shown short, and never in a unit they round out of', () => {
  assert.deepEqual([0, 999, 1_000, 999_400, 999_999, 1_500_000, 123e6, 20e9, 5e15].map(showSize), ['0 B', '999 B', '1.0 kB', '999 kB', '1.0 MB', '1.5 MB', '123 MB', '20.0 GB', '5000 TB'])
  assert.deepEqual([0, 999, 999.6, 1_000, 59_949, 59_999, 60_000, 119_900, 3_599_900, 3_600_000, 90_000_000].map(showDuration), ['0 ms', '999 ms', '1.0 s', '1.0 s', '59.9 s', '1 min 0 s', '1 min 0 s', '2 min 0 s', '1 h 0 min', '1 h 0 min', '25 h 0 min'])
})
