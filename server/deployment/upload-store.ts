import { database } from "@/server/database/client";

export type UploadState = "receiving" | "checking" | "complete" | "failed";

export interface StoredUpload {
  id: string;
  fileName: string;
  bytes: number;
  received: number;
  sha256: string | null;
  path: string;
  state: string;
  failure: string | null;
}

type Row = Omit<StoredUpload, "bytes" | "received"> & { bytes: bigint; received: bigint };

const readRow = (row: Row): StoredUpload => ({ ...row, bytes: Number(row.bytes), received: Number(row.received) });

export async function insertUpload(upload: {
  id: string;
  fileName: string;
  bytes: number;
  path: string;
  createdBy: string;
}): Promise<void> {
  await database().upload.create({ data: { ...upload, bytes: BigInt(upload.bytes), state: "receiving" } });
}

export async function findUpload(id: string): Promise<StoredUpload | null> {
  const row = await database().upload.findUnique({ where: { id } });
  return row === null ? null : readRow(row);
}

export async function markUpload(
  id: string,
  change: { received?: number; state?: UploadState; sha256?: string; failure?: string },
): Promise<void> {
  const { received, ...rest } = change;
  await database().upload.update({
    where: { id },
    data: { ...rest, ...(received === undefined ? {} : { received: BigInt(received) }) },
  });
}

export const deleteUpload = (id: string): Promise<unknown> => database().upload.deleteMany({ where: { id } });
