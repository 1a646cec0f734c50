// Who can be the next one here: nobody who is kept for another counter or person, or shall not be called yet. By hand all can.
export function callable({ counter, waiting }, now) {
  return waiting.filter((one) => (!one.reserved_counter || one.reserved_counter === counter.name)
    && (!one.reserved_person || one.reserved_person === counter.clerk) && !(Date.parse(one.not_before) > now));
}
