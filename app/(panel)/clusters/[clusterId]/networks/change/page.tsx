import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { NetworkChangePage } from "@/components/network-change/change-page";
import { mayOperate } from "@/contract/account";
import { requireActorOnPage } from "@/server/auth/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("network.change-page"))("pageTitle") };
}

export default async function ClusterNetworkChangePage({ params }: { params: Promise<{ clusterId: string }> }) {
  const [{ clusterId }, actor] = await Promise.all([params, requireActorOnPage()]);
  return (
    <Texts areas={["cluster", "deployment", "network", "preflight", "problems"]}>
      <NetworkChangePage clusterId={clusterId} mayOperate={mayOperate(actor.role)} />
    </Texts>
  );
}
