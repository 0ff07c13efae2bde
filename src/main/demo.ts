import { Fault } from '#domain/faults.ts'
import type { Config } from './config.ts'

export const runDemo = async (_config: Config, _options: { keep: boolean; json: boolean }, _signal: AbortSignal): Promise<void> => {
  throw new Fault('SERVER_MISSING', { major: 15, platform: process.platform })
}
