import { describeJournal } from "@/testing/conformance/journal-contract";
import { MemoryJournal } from "@/testing/conformance/memory-journal";

describeJournal("the journal in memory", async () => ({ journal: new MemoryJournal(), close: async () => undefined }));
