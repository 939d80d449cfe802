import { z } from "zod";
import { consulCall, consulRequest } from "@/suite/setup/consul-admin";

const entrySchema = z.array(z.object({ Value: z.string().nullable(), ModifyIndex: z.number() }));

export interface KvEntry {
  value: string;
  modifyIndex: number;
}

/** Read through the leader: an older answer would let an import overwrite a newer configuration unseen. */
export async function readKey(key: string, token: string): Promise<KvEntry | null> {
  const answer = await consulRequest("GET", `/v1/kv/${key}?consistent`, { token });
  if (answer.status === 404) return null;
  const { body } = answer.status === 200 ? answer : await consulCall("GET", `/v1/kv/${key}?consistent`, { token });
  const [entry] = entrySchema.parse(JSON.parse(body));
  if (entry === undefined) return null;
  return { value: Buffer.from(entry.Value ?? "", "base64").toString("utf8"), modifyIndex: entry.ModifyIndex };
}

/** False when somebody else wrote in between. Index 0: the key must not exist. */
export async function compareAndSet(key: string, value: string, modifyIndex: number, token: string): Promise<boolean> {
  const { body } = await consulCall("PUT", `/v1/kv/${key}?cas=${modifyIndex}`, { token, body: value });
  return body.trim() === "true";
}
