/** What of a licence is in doubt, so that no restart clears it. Never edited. */
export const doubt = `
ALTER TABLE held ADD COLUMN doubt text CHECK (doubt IN ('copy', 'withdrawn'));
`
