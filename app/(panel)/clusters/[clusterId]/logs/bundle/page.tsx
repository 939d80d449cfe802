import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { BundlePage } from "@/components/logs/bundle-page";
import { mayOperate } from "@/contract/account";
import { requireActorOnPage } from "@/server/auth/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("bundle"))("pageTitle") };
}

export default async function ClusterBundlePage({ params }: { params: Promise<{ clusterId: string }> }) {
  const [{ clusterId }, actor] = await Promise.all([params, requireActorOnPage()]);
  return (
    <Texts areas={["bundle", "cluster"]}>
      <BundlePage clusterId={clusterId} mayOperate={mayOperate(actor.role)} />
    </Texts>
  );
}
