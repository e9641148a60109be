/* The matrix that a pass multiplies by rows of W_hh from number behind on; of a GRU's gradients it has two parts. */
#if $backward
      GLOBAL const REAL* source = $second_part;
      i64 source_at = part == 0 ? da_at + (i64)later * samples * $gates * hidden : $last_at + (i64)later * samples * hidden;
      idx source_n = (part == 0 ? $gates : 1) * hidden, source_k = 1, behind = part * 2 * hidden;
      idx depth = pass == 0 ? 0 : (part == 0 ? $depth_gates : 1) * hidden;
#else
      GLOBAL const REAL* source = pass == 0 ? h0 : (GLOBAL const REAL*)h;
      i64 source_at = pass == 0 ? h0_at : h_at + (i64)before * samples * hidden;
      idx source_n = pass == 0 ? h0_s0 : hidden, source_k = pass == 0 ? $h0_s1 : 1, behind = 0, depth = hidden;
#endif
