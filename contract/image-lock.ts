import { z } from "zod";
import { sentenceSchema } from "@/contract/sentence-schema";

/**
 * What a node with an image in a folder (`FileConf`) knows of the folder's locks; part of its line in Consul, so that it outlives
 * the node. `token` names this boot and mount: a test of another token says nothing about the lock its QEMU holds now.
 */
export const imageLockSchema = z.object({
  /** File system and source as mounted: "nfs4 files:/export". */
  mount: z.string(),
  /** Why the lock of this folder, as mounted here, decides nothing; null: it may, once every other node is refused by it. */
  noArbiter: sentenceSchema.nullable(),
  /** Null: this node does not hold the lock of its own probe file (yet). */
  token: z.string().nullable(),
  /**
   * Other node → what its probe file's lock did to this one. `honoured`: refused while it lives. `ignored`: let in while it lives.
   * `elsewhere`: its file is not in this folder. Only with the token it was found for.
   */
  peers: z.record(z.string(), z.object({ token: z.string(), verdict: z.enum(["honoured", "ignored", "elsewhere"]) })),
});
export type ImageLock = z.infer<typeof imageLockSchema>;
