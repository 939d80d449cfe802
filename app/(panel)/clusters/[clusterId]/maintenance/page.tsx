import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { MaintenancePage } from "@/components/maintenance/maintenance-page";
import { mayOperate } from "@/contract/account";
import { requireActorOnPage } from "@/server/auth/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("maintenance"))("pageTitle") };
}

export default async function ClusterMaintenancePage({ params }: { params: Promise<{ clusterId: string }> }) {
  const [{ clusterId }, actor] = await Promise.all([params, requireActorOnPage()]);
  return (
    <Texts areas={["cluster", "deployment"]}>
      <MaintenancePage clusterId={clusterId} mayOperate={mayOperate(actor.role)} />
    </Texts>
  );
}
