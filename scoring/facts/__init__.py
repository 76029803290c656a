"""From recorded facts to indicators: reads rows of many engagements at once, one module each."""
