/*
 * What a recurrent cell does with a number of the state, that of sample n and unit: the program is that of
 * io.jacquard.ops.RecurrentMaps. Steps beyond a sample's length (not taken) leave its state as it is.
 */
#if !$backward
        i64 state = ((i64)t * samples + n) * hidden + unit, earlier = ((i64)before * samples + n) * hidden + unit;
        i64 of_gates = a_at + ((i64)t * samples + n) * $parts * hidden + unit;
#if $gru || $lengths
        REAL old = pass == 0 ? h0[h0_at + n * h0_s0 + unit * $h0_s1] : h[h_at + earlier];
#endif
#if $lstm
        REAL old_c = pass == 0 ? c0[c0_at + n * c0_s0 + unit * $c0_s1] : c[c_at + earlier];
#endif
        $results
        $call
        $stores
#if $lstm
        c[c_at + state] = taken ? new_c : old_c;
#endif
#if $lengths
        new_h = taken ? new_h : old;
#endif
        h[h_at + state] = new_h;
#else
        i64 of_gates = da_at + ((i64)t * samples + n) * $gates * hidden + unit, first = (i64)n * hidden + unit;
        REAL of_later = $sum;
#if $gru || $lengths
        of_later += pass == 0 ? 0 : dh0[dh0_at + first];
#endif
#if $lstm
        REAL of_later_c = pass == 0 ? 0 : dc0[dc0_at + first];
        REAL old_c = step == 0 ? c0[c0_at + n * c0_s0 + unit * $c0_s1] : $c_before;
#elif $gru
        REAL old = step == 0 ? h0[h0_at + n * h0_s0 + unit * $h0_s1] : $h_before;
#endif
        $results
        $call
        $stores
#if $lengths
        REAL past = taken ? $past : $dh + of_later;
        dh0[dh0_at + first] = past;
#elif $gru
        dh0[dh0_at + first] = $past;
#endif
#if $lstm
        dc0[dc0_at + first] = taken ? new_c : $arrived_c + of_later_c;
#endif
#endif
