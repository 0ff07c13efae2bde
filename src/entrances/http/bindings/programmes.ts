import { addHome, changeHome, listHomes, readHome } from '#control/homes/homes.ts'
import { addProgramme, changeProgramme, listProgrammes, readProgramme } from '#control/plans/programmes.ts'
import { addTenant, changeTenant, listDueDedicated, listTenants, measureTenant, readTenant } from '#control/homes/tenants.ts'
import { addWave, changeWave, listWaves } from '#control/waves/waves.ts'
import type { programmesApi } from '#wire/api/programmes.ts'
import { type Bindings, deciding, looking } from '../call.ts'

export const programmesBindings: Bindings<typeof programmesApi> = {
  'homes.list': looking(listHomes),
  'homes.read': looking((at, { home }) => readHome(at, home)),
  'homes.add': deciding(addHome),
  'homes.change': deciding((desk, { home, ...change }) => changeHome(desk, home, change)),
  'tenants.list': looking(listTenants),
  'tenants.due-dedicated': looking(listDueDedicated),
  'tenants.read': looking((at, { tenant }) => readTenant(at, tenant)),
  'tenants.add': deciding(addTenant),
  'tenants.change': deciding((desk, { tenant, ...change }) => changeTenant(desk, tenant, change)),
  'tenants.measured': deciding((desk, { tenant, ...measured }) => measureTenant(desk, tenant, measured)),
  'programmes.list': looking(listProgrammes),
  'programmes.read': looking((at, { programme }) => readProgramme(at, programme)),
  'programmes.add': deciding(addProgramme),
  'programmes.change': deciding((desk, { programme, ...change }) => changeProgramme(desk, programme, change)),
  'waves.list': looking(listWaves),
  'waves.add': deciding(addWave),
  'waves.change': deciding((desk, { wave, ...change }) => changeWave(desk, wave, change)),
}
