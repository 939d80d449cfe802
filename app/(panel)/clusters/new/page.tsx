import { DraftList } from "@/components/deployment/draft-list";
import { OpenAtFirstPlace } from "@/components/deployment/open-at-first-place";

/** Without a draft: the list. With one: on to the first place that is not right yet. */
export default async function NewClusterPage({ searchParams }: { searchParams: Promise<{ draft?: string }> }) {
  const { draft } = await searchParams;
  return draft === undefined ? <DraftList /> : <OpenAtFirstPlace />;
}
