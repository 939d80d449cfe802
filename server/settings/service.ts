import { productVersion } from "@/contract/version";
import { environment } from "@/server/env";
import { secretKey } from "@/server/secret/key";
import { keyIdOf } from "@/server/secret/seal";
import { countUnreadableSecrets } from "@/server/secret/service";

export interface AboutPanel {
  version: string;
  runtime: string;
  database: "sqlite" | "postgresql";
  dataDirectory: string;
  /** Back both up, apart from each other: whoever has both can open every stored secret. */
  backup: { secretKeyFile: string; secretKeyId: string };
  unreadableSecrets: number;
}

export async function aboutPanel(): Promise<AboutPanel> {
  const { dataDirectory, postgresqlUrl, secretKeyFile } = environment();
  return {
    version: productVersion,
    runtime: `Node.js ${process.version}`,
    database: postgresqlUrl === null ? "sqlite" : "postgresql",
    dataDirectory,
    backup: { secretKeyFile, secretKeyId: keyIdOf(secretKey()) },
    unreadableSecrets: await countUnreadableSecrets(),
  };
}
