import { getMessages } from "next-intl/server";
import type { ReactNode } from "react";
import { MoreTexts } from "@/components/client/more-texts";

export interface TextsProps {
  /** Names of files in messages/LANGUAGE. All of them would be 70 kB with every page; texts.test.ts names the ones that are missing. */
  areas: readonly string[];
  children: ReactNode;
}

/** What the client components below say in the reader's language travels with the page, and nothing else. */
export async function Texts({ areas, children }: TextsProps) {
  const messages = await getMessages();
  return <MoreTexts messages={Object.fromEntries(areas.map((area) => [area, messages[area]]))}>{children}</MoreTexts>;
}
