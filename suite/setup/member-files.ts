import { AppError } from "@/contract/errors";
import {
  type ClusterFile,
  type ConsulTokens,
  clusterFileSchema,
  consulTokensSchema,
  suitePaths,
} from "@/contract/node-setup";
import { readTextIfThere } from "@/suite/system/files";

const notAMember = (path: string): AppError =>
  new AppError("not-found", `${path} is not there: this node is not a member of an HA cluster`, {
    advice: 'Run this on a member, or install with "zsha install".',
  });

export async function readConsulTokens(): Promise<ConsulTokens> {
  const text = await readTextIfThere(suitePaths.consulTokens);
  if (text === null) throw notAMember(suitePaths.consulTokens);
  return consulTokensSchema.parse(JSON.parse(text));
}

export async function readClusterFile(): Promise<ClusterFile> {
  const cluster = await readClusterFileIfThere();
  if (cluster === null) throw notAMember(suitePaths.clusterFile);
  return cluster;
}

export async function readClusterFileIfThere(): Promise<ClusterFile | null> {
  const text = await readTextIfThere(suitePaths.clusterFile);
  return text === null ? null : clusterFileSchema.parse(JSON.parse(text));
}
