import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RunList } from "@/components/run/run-list";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("run.list"))("title") };
}

export default async function RunsPage({ searchParams }: { searchParams: Promise<{ cluster?: string | string[] }> }) {
  const { cluster } = await searchParams;
  return <RunList clusterId={typeof cluster === "string" ? cluster : null} />;
}
