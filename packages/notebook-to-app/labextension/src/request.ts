import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** Ask one of the server extensions of this package. */
export async function getJson<T>(settings: ServerConnection.ISettings, name: 'names'): Promise<T> {
  const url = URLExt.join(settings.baseUrl, 'notebook-to-app', name);
  const response = await ServerConnection.makeRequest(url, {}, settings);
  if (!response.ok) {
    throw await ServerConnection.ResponseError.create(response);
  }
  return response.json();
}
