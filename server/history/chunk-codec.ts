import { promisify } from "node:util";
import { deflate, inflate } from "node:zlib";
import { z } from "zod";
import { Chunk, type Column, emptyColumn } from "@/server/history/chunk";
import type { Resolution } from "@/server/history/resolutions";

const pack = promisify(deflate);
const unpack = promisify(inflate);

/** Larger than any chunk can be: a row somebody tampered with must not fill the memory. */
const mostBytes = 8 * 1024 * 1024;

const headerSchema = z.object({
  version: z.literal(1),
  slots: z.number().int(),
  newestAt: z.number(),
  metrics: z.array(z.string()),
});

/** Length of the header, header as JSON, then per metric: averages, least, most (32-bit floats) and counts (16 bits); little endian. */
export async function encodeChunk(chunk: Chunk): Promise<Uint8Array<ArrayBuffer>> {
  const slots = chunk.resolution.slotsPerChunk;
  const { newestAt } = chunk;
  const metrics = [...chunk.columns.keys()];
  const header = Buffer.from(JSON.stringify({ version: 1, slots, newestAt, metrics }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const parts: Uint8Array[] = [length, header];
  for (const { average, least, most, count } of chunk.columns.values())
    parts.push(bytesOf(average), bytesOf(least), bytesOf(most), bytesOf(count));
  return new Uint8Array(await pack(Buffer.concat(parts)));
}

/** Null: not a chunk of this version; its span is a gap. */
export async function decodeChunk(resolution: Resolution, start: number, body: Uint8Array): Promise<Chunk | null> {
  try {
    const bytes = await unpack(body, { maxOutputLength: mostBytes });
    const headerEnd = 4 + bytes.readUInt32LE(0);
    const header = headerSchema.parse(JSON.parse(bytes.toString("utf8", 4, headerEnd)));
    if (header.slots !== resolution.slotsPerChunk) return null;
    const columns = new Map<string, Column>();
    let at = headerEnd;
    for (const metric of header.metrics) {
      const column = emptyColumn(header.slots);
      for (const part of [column.average, column.least, column.most, column.count]) {
        bytesOf(part).set(bytes.subarray(at, at + part.byteLength));
        at += part.byteLength;
      }
      columns.set(metric, column);
    }
    const chunk = new Chunk(resolution, start, columns);
    chunk.newestAt = header.newestAt;
    return chunk;
  } catch {
    return null;
  }
}

/** Every machine the panel runs on is little endian. */
const bytesOf = (array: Float32Array | Uint16Array): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength);
