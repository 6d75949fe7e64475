/** What `require("obsidian")` answers. */

import "./dom";

export { App } from "./app";
export { fromBase64 as base64ToArrayBuffer, toBase64 as arrayBufferToBase64 } from "./bytes";
export * from "./components";
export { Editor, editorEditorField, editorInfoField, editorLivePreviewField, editorViewField } from "./editor";
export { Component, Events } from "./events";
export { FileManager } from "./files";
export { addIcon, getIcon, getIconIds, removeIcon, setIcon, setTooltip } from "./icons";
export { Keymap, Scope } from "./keymap";
export { MarkdownRenderChild, MarkdownRenderer } from "./markdown";
export { Menu, MenuItem } from "./menu";
export { MetadataCache } from "./metadata";
export { FuzzySuggestModal, Modal, Notice, SuggestModal } from "./modals";
export { getLinkpath, normalizePath, parseLinktext } from "./paths";
export { apiVersion, debounce, Platform, requireApiVersion } from "./platform";
export { Plugin } from "./plugin";
export { prepareFuzzySearch, prepareSimpleSearch, renderMatches, renderResults, sortSearchResults } from "./search";
export { PluginSettingTab, Setting, SettingTab } from "./settings";
export { AbstractInputSuggest, EditorSuggest, PopoverSuggest } from "./suggest";
export { TAbstractFile, TFile, TFolder, Vault } from "./vault";
export { FileView, ItemView, MarkdownView, TextFileView, View } from "./views";
export { Workspace, WorkspaceLeaf } from "./workspace";
export {
  getFrontMatterInfo,
  parseFrontMatterAliases,
  parseFrontMatterEntry,
  parseFrontMatterStringArray,
  parseFrontMatterTags,
  parseYaml,
  stringifyYaml,
} from "./yaml";
