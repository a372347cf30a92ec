import type { Dispatcher } from 'undici';

/** Whether a request has left: set before the first byte can, so that `false` is proof that none did. */
export interface Departure {
  left: boolean;
}

/**
 * Watches for the moment at which undici hands a request to a connected socket (it publishes `undici:client:sendHeaders`
 * right after). Before it there was no connection, or none that could be used, and no byte can have left.
 */
export function watchDeparture(departure: Departure): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart: (controller, context) => {
        departure.left = true;
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade: (controller, status, headers, socket) => handler.onRequestUpgrade?.(controller, status, headers, socket),
      onResponseStart: (controller, status, headers, statusMessage) =>
        handler.onResponseStart?.(controller, status, headers, statusMessage),
      onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
      onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
      onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
    });
}
