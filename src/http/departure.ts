import type { Dispatcher } from 'undici';

/** Whether a request has left: set before the first byte can, so that `false` is proof that none did. */
export interface Departure {
  left: boolean;
}

/** Options of a request that is watched. */
export interface Departing extends Dispatcher.RequestOptions {
  readonly departure: Departure;
}

/**
 * Watches, for each request that names a departure, for the moment at which undici hands a request to a connected socket (it publishes `undici:client:sendHeaders`
 * right after). Before it there was no connection, or none that could be used, and no byte can have left.
 */
export const watchDepartures: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const { departure } = options as Partial<Departing>;
  return dispatch(options, {
    onRequestStart: (controller, context) => {
      if (departure) departure.left = true;
      handler.onRequestStart?.(controller, context);
    },
    onRequestUpgrade: (controller, status, headers, socket) => handler.onRequestUpgrade?.(controller, status, headers, socket),
    onResponseStart: (controller, status, headers, statusMessage) => handler.onResponseStart?.(controller, status, headers, statusMessage),
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
    onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
  });
};
