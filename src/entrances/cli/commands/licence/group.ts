import type { Command } from 'commander'
import type { Desk } from '../../desk.ts'
import { addForgiveClock } from './forgive-clock.ts'
import { addHands } from './hands.ts'
import { addIssue } from './issue.ts'
import { addLicenceMove } from './move.ts'
import { addSeats } from './seats.ts'
import { addLicenceServer } from './server.ts'
import { addSheet } from './sheet.ts'

/** `rehome licence`: one line for each file of commands. */
const adds: readonly ((group: Command, desk: Desk) => void)[] = [addLicenceServer, addSheet, addLicenceMove, addSeats, addHands, addForgiveClock, addIssue]

export const addLicence = (program: Command, desk: Desk): void => {
  const group = program.command('licence').description('licences, the servers that give out their seats, and moving them from one server to another')
  group.addHelpText('after', '\nA licence server whose certificate is of an authority of your own: REHOME_LICENCE_CA names the file with that authority’s certificate.\n')
  for (const add of adds) add(group, desk)
}
