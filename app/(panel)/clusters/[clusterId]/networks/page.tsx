import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { NetworksPage } from "@/components/network/networks-page";
import { mayOperate } from "@/contract/account";
import { requireActorOnPage } from "@/server/auth/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("network"))("pageTitle") };
}

export default async function ClusterNetworksPage({ params }: { params: Promise<{ clusterId: string }> }) {
  const [{ clusterId }, actor] = await Promise.all([params, requireActorOnPage()]);
  return (
    <Texts areas={["cluster", "deployment", "network"]}>
      <NetworksPage clusterId={clusterId} mayOperate={mayOperate(actor.role)} />
    </Texts>
  );
}
