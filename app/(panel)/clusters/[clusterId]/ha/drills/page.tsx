import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { DrillPage } from "@/components/drill/drill-page";
import { mayOperate } from "@/contract/account";
import { requireActorOnPage } from "@/server/auth/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("drill"))("pageTitle") };
}

export default async function ClusterDrillsPage({ params }: { params: Promise<{ clusterId: string }> }) {
  const [{ clusterId }, actor] = await Promise.all([params, requireActorOnPage()]);
  return (
    <Texts areas={["cluster", "deployment"]}>
      <DrillPage clusterId={clusterId} mayOperate={mayOperate(actor.role)} />
    </Texts>
  );
}
