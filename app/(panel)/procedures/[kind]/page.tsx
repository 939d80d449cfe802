import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { notFound } from "next/navigation";
import { ProcedurePage } from "@/components/procedure/procedure-page";
import { procedureKindSchema } from "@/contract/run";

interface Props {
  params: Promise<{ kind: string }>;
}

const kindOf = async ({ params }: Props) => procedureKindSchema.safeParse((await params).kind);

export async function generateMetadata(props: Props): Promise<Metadata> {
  const kind = await kindOf(props);
  return kind.success ? { title: (await getTranslations("shell.runKind"))(kind.data) } : {};
}

export default async function ProcedureTextPage(props: Props) {
  const kind = await kindOf(props);
  if (!kind.success) notFound();
  return <ProcedurePage kind={kind.data} />;
}
