/** The seed of everything random in a test run: HUIYIN_SEED to replay one that a failure printed, else a new one. */
export const SEED = Number(process.env['HUIYIN_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
