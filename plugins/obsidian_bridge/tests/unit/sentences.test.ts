import { describe, expect, it } from "vitest";
import { sentences } from "../../src/words/sentences";

describe("sentences", () => {
  it("end at full stops and keep the space after them", () => {
    expect(sentences("The lamp went out. Nobody moved.")).toEqual(["The lamp went out. ", "Nobody moved."]);
  });

  it("do not end at a title", () => {
    expect(sentences("Mr. Hale saw Dr. Voss. She left.")).toEqual(["Mr. Hale saw Dr. Voss. ", "She left."]);
  });

  it("go on after what was said", () => {
    expect(sentences("“Go!” he said. She went.")).toEqual(["“Go!” he said. ", "She went."]);
  });

  it("end with their lines in a poem", () => {
    expect(sentences("first snow\nthe well is silent")).toEqual(["first snow\n", "the well is silent"]);
  });

  it("are found in Chinese", () => {
    expect(sentences("灯塔熄灭了。没有人动。她说：“走吧！”")).toEqual(["灯塔熄灭了。", "没有人动。", "她说：“走吧！”"]);
  });

  it("are found in Japanese", () => {
    expect(sentences("灯台の火が消えた。誰も動かなかった。")).toEqual(["灯台の火が消えた。", "誰も動かなかった。"]);
  });

  it("joined are the text, whatever it is", () => {
    for (const text of ["", " \n\n", "…and so?!  No.\r\nYes", "# A\n\n- one. two\n- three", "👩‍👩‍👧 left. 是。"]) {
      expect(sentences(text).join("")).toBe(text);
    }
  });
});
