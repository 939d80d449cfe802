import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { RecoveryPage } from "@/components/recovery/recovery-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("recovery"))("pageTitle") };
}

export default async function ClusterRecoveryPage({ params }: { params: Promise<{ clusterId: string }> }) {
  const { clusterId } = await params;
  return (
    <Texts areas={["cluster", "recovery"]}>
      <RecoveryPage clusterId={clusterId} />
    </Texts>
  );
}
