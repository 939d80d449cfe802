import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { ConfigPage } from "@/components/config/config-page";
import { mayOperate } from "@/contract/account";
import { requireActorOnPage } from "@/server/auth/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("config"))("title") };
}

export default async function ClusterConfigPage({ params }: { params: Promise<{ clusterId: string }> }) {
  const [{ clusterId }, actor] = await Promise.all([params, requireActorOnPage()]);
  return (
    <Texts areas={["cluster", "config", "deployment", "lifecycle", "preflight", "problems"]}>
      <ConfigPage clusterId={clusterId} mayOperate={mayOperate(actor.role)} />
    </Texts>
  );
}
