import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry, DocumentWidget } from '@jupyterlab/docregistry';
import { FileEditor } from '@jupyterlab/fileeditor';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { Poll } from '@lumino/polling';
import type { Widget } from '@lumino/widgets';

import { IFeed } from './feed';

const MILLISECONDS = 1000;

type Context = DocumentRegistry.Context;

/** Compares the documents that are in sight with the disk, and loads what something else has written. */
class FileFollower {
  constructor(
    private readonly shell: JupyterFrontEnd.IShell,
    private readonly documents: IDocumentManager,
    private readonly feed: IFeed
  ) {
    // It costs no request: the server says which file has changed.
    const poll = new Poll({
      name: 'notebook-to-app:files',
      factory: () => this.look(),
      frequency: { interval: MILLISECONDS, backoff: true, max: 10 * MILLISECONDS },
      standby: 'when-hidden'
    });
    feed.news.connect((_, { file }) => {
      if (file !== undefined) {
        this.changed.add(file);
        void poll.refresh();
      }
    });
    shell.currentChanged?.connect(() => void poll.refresh());
  }

  private async look(): Promise<void> {
    const open = this.open();
    const paths = [...new Set(open.map(({ context }) => context.path))].sort();
    if (paths.join('\n') !== this.followed.join('\n')) {
      this.followed = paths;
      this.feed.followFiles(paths);
    }
    for (const { widget, context } of open) {
      if (this.changed.has(context.path) && !this.isSaving(context)) {
        this.changed.delete(context.path);
        await this.compare(widget, context);
      }
    }
  }

  private open(): { widget: Widget; context: Context }[] {
    return [...this.shell.widgets('main')].flatMap(widget => {
      const context = this.documents.contextForWidget(widget);
      if (context) {
        this.watchSaves(context);
      }
      return widget.isVisible && context?.isReady ? [{ widget, context }] : [];
    });
  }

  private async compare(widget: Widget, context: Context): Promise<void> {
    const known = context.contentsModel?.last_modified;
    const onDisk = await this.onDisk(context.path);
    // It may have been closed or saved in the meantime: then that counts, the next time.
    const isOutdated =
      context.isDisposed || this.isSaving(context) || context.contentsModel?.last_modified !== known;
    if (!onDisk || isOutdated || onDisk.last_modified === known) {
      return;
    }
    if (!context.model.dirty) {
      await keepingPlace(widget, () => context.revert());
    } else if (this.declined.get(context) !== onDisk.last_modified && (await this.mayOverwrite(context, onDisk))) {
      await keepingPlace(widget, () => context.revert());
    }
  }

  /** Without its content; null if it is gone, which JupyterLab says when it is to be saved. */
  private async onDisk(path: string): Promise<Contents.IModel | null> {
    try {
      return await this.documents.services.contents.get(path, { content: false });
    } catch (error) {
      if ((error as { response?: Response }).response?.status === 404) {
        return null;
      }
      throw error;
    }
  }

  private async mayOverwrite(context: Context, onDisk: Contents.IModel): Promise<boolean> {
    const name = PathExt.basename(context.path);
    const { button } = await showDialog({
      defaultButton: 0, // to press Enter, while one types, must lose nothing
      title: `${name} changed on disk`,
      body: 'It also has changes here that are not saved. Loading it from disk discards these.',
      buttons: [
        Dialog.cancelButton({ label: 'Keep mine' }),
        Dialog.warnButton({ label: 'Load from disk' })
      ]
    });
    if (!button.accept) {
      this.declined.set(context, onDisk.last_modified);
    }
    return button.accept;
  }

  private watchSaves(context: Context): void {
    if (!this.saving.has(context)) {
      this.saving.set(context, false);
      context.saveState.connect((_, state) => this.saving.set(context, state === 'started'));
    }
  }

  private isSaving(context: Context): boolean {
    return this.saving.get(context) ?? false;
  }

  private followed: readonly string[] = [];
  /** What the server named, and was not compared since. */
  private readonly changed = new Set<string>();
  private readonly saving = new WeakMap<Context, boolean>();
  /** The time of the version on disk that somebody did not want. */
  private readonly declined = new WeakMap<Context, string>();
}

/** Run what replaces a document's content, and go back to where the person was in it. */
async function keepingPlace(widget: Widget, load: () => Promise<void>): Promise<void> {
  if (widget instanceof NotebookPanel) {
    const { content } = widget;
    const [cell, top, mode] = [content.activeCellIndex, content.outerNode.scrollTop, content.mode];
    await load();
    content.activeCellIndex = cell;
    content.mode = mode;
    content.outerNode.scrollTop = top;
  } else if ((widget as DocumentWidget).content instanceof FileEditor) {
    const { editor } = (widget as DocumentWidget<FileEditor>).content;
    const position = editor.getCursorPosition();
    await load();
    editor.setCursorPosition({ ...position, line: Math.min(position.line, editor.lineCount - 1) });
  } else {
    await load();
  }
}

export const followFiles: JupyterFrontEndPlugin<void> = {
  id: 'notebook-to-app:files',
  description: 'Has open documents follow their files on disk.',
  autoStart: true,
  requires: [IDocumentManager, IFeed],
  activate: (app: JupyterFrontEnd, documents: IDocumentManager, feed: IFeed) => {
    new FileFollower(app.shell, documents, feed);
  }
};
