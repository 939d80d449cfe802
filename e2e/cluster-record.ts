import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { workDirectory } from "@/e2e/panel";

/** What the deployment leaves for the tests after it. */
export const clusterRecord = {
  file: join(workDirectory, "cluster.json"),
  session: join(workDirectory, "session.json"),
};

const schema = z.object({ clusterId: z.string(), runId: z.string(), draftId: z.string() });
export type ClusterRecord = z.infer<typeof schema>;

export const readClusterRecord = (): ClusterRecord =>
  schema.parse(JSON.parse(readFileSync(clusterRecord.file, "utf8")));

/** Of the procedures' cluster: the word that what concerns all of it asks for. */
export const procedureCluster = "procedures";
