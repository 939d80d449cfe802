import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { SuitePage } from "@/components/lifecycle/suite-page";
import { mayOperate } from "@/contract/account";
import { requireActorOnPage } from "@/server/auth/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("lifecycle"))("pageTitle") };
}

export default async function ClusterSuitePage({ params }: { params: Promise<{ clusterId: string }> }) {
  const [{ clusterId }, actor] = await Promise.all([params, requireActorOnPage()]);
  return (
    <Texts areas={["cluster", "deployment", "lifecycle"]}>
      <SuitePage clusterId={clusterId} mayOperate={mayOperate(actor.role)} />
    </Texts>
  );
}
