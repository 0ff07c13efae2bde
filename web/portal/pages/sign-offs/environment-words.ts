import type { Environment } from '#domain/homes.ts'
import type { Text } from '#domain/locale.ts'

export const environmentWords: Readonly<Record<Environment, Text>> = { 'non-prod': { en: 'the test system', ja: '検証環境' }, 'pre-prod': { en: 'the system before production', ja: '本番前環境' }, prod: { en: 'the production system', ja: '本番環境' } }
