/**
 * How fine and how long history is kept. One chunk is one row of the database: `slotsPerChunk` slots of every metric of one subject.
 * Rows of a subject never exceed the sum over the resolutions of keepSeconds / (stepSeconds × slotsPerChunk) + 2.
 */
export interface Resolution {
  readonly stepSeconds: number;
  readonly slotsPerChunk: number;
  readonly keepSeconds: number;
  /** Between two writes of a chunk that is still being filled. What a crash loses of it is filled up from the finest one. */
  readonly saveSeconds: number;
}

const minute = 60;
const hour = 3600;
const day = 86_400;

/** Longer than sampleSeconds, so that a reading a little late leaves no hole. Every step divides the next: slots begin together. */
export const resolutions = [
  { stepSeconds: 15, slotsPerChunk: 60, keepSeconds: 6 * hour, saveSeconds: minute },
  { stepSeconds: minute, slotsPerChunk: 120, keepSeconds: 3 * day, saveSeconds: 10 * minute },
  { stepSeconds: 10 * minute, slotsPerChunk: 144, keepSeconds: 35 * day, saveSeconds: 10 * minute },
  { stepSeconds: hour, slotsPerChunk: 120, keepSeconds: 400 * day, saveSeconds: 10 * minute },
] as const satisfies readonly Resolution[];

export const finest: Resolution = resolutions[0];

/** Between two readings. Shorter costs nodes and panel more; longer than the finest step leaves holes where nothing is missing. */
export const sampleSeconds = 10;

export const chunkSeconds = ({ stepSeconds, slotsPerChunk }: Resolution): number => stepSeconds * slotsPerChunk;

export const chunkStart = (resolution: Resolution, seconds: number): number =>
  seconds - (seconds % chunkSeconds(resolution));

/** Rows one subject can have at most: the full ones in keeping, one being filled, one that the hourly sweep has not reached. */
export const mostRows = (): number =>
  resolutions.reduce((sum, one) => sum + Math.ceil(one.keepSeconds / chunkSeconds(one)) + 2, 0);
