// Draws the chart panels (templates/_components/chart_panel.html) with Apache ECharts.
//
// <div id="ID" data-chart="KIND"> is drawn from the JSON in <script id="ID-data">. Scores are integer
// milli-points. `hrefs`/`href` are where a click leads; the table below each chart is the way for
// keyboards and screen readers, so the drawing itself is hidden from them.
//
//   bars       {labels: [text], values: [number], places?: number, bands?: [band], hrefs?: [url], parts?: [number], part?: text}: hatched, and its name
//   trend      {x: [text], series: [{name, values: [number|null], band?}], marks?: [{x, label}], points?: bool, until?: day,
//              notes?: [text], aged?: [bool]}: why the first line moved, and where only time was at work
//              points: values are scores (milli-points, fixed axis 0 to 100); otherwise plain counts
//              until: x are days (YYYY-MM-DD) on a scale of time; each value holds until the next day
//   stack      {x: [text], series: [{name, values: [number], hrefs?: [url], band?: text}]}: parts of a bar, on top of each other
//   waterfall  {parts: [{label, value, kind: base|part|rest|knockout, href?}], total: {label, value, band}}
//   tornado    {base, less, more: [what the two sides are called], items: [{label, less, more}]}
//   dots       {items: [{label, lo, point|null, hi, band, href?}]}
(() => {
  "use strict";

  const root = document.documentElement;
  const css = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const number = new Intl.NumberFormat(root.lang || "en");
  const decimal = new Intl.NumberFormat(root.lang || "en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  // Cut, not rounded: 19.96 must not read 20.0 while its band is still "Low" (see the `points` filter).
  const points = (milli) => decimal.format(Math.floor(milli / 100) / 10);
  const exact = new Intl.NumberFormat(root.lang || "en", { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const inFull = (milli) => exact.format(milli / 1000); // as stored, so that parts add up to the last digit
  const bandFill = (band) => css(`--band-${band || "none"}`);
  const bandEdge = (band) => css(`--band-${band || "none"}-edge`);

  const text = () => ({ color: css("--ink"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 });

  const base = () => ({
    textStyle: text(),
    animation: false, // figures to read, not to watch; and a page may be printed at any moment
    aria: { enabled: true, label: { enabled: false } },
    tooltip: {
      renderMode: "richText", // HTML tooltips need inline styles, which the security policy refuses
      confine: true,
      backgroundColor: css("--surface"),
      borderColor: css("--line-strong"),
      textStyle: text(),
    },
  });

  const axis = (extra) => ({
    axisLine: { lineStyle: { color: css("--line-strong") } },
    axisTick: { show: false },
    axisLabel: { color: css("--ink"), fontSize: 12 },
    splitLine: { lineStyle: { color: css("--line") } },
    ...extra,
  });
  const scale = (extra) =>
    axis({ type: "value", min: 0, max: 100_000, interval: 20_000, ...extra, axisLabel: { color: css("--quiet"), formatter: (v) => number.format(v / 1000) } });
  const names = (labels, width) =>
    axis({
      type: "category",
      data: labels,
      inverse: true,
      axisLabel: { color: css("--ink"), width: width < 560 ? 110 : 200, overflow: "break", lineHeight: 14, fontSize: 12 },
    });
  // One pattern per meaning, so that parts differ without colour too.
  const hatch = (rotation) => ({ symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation, color: "rgba(128, 128, 128, 0.55)" });
  const PLAIN = { symbol: "none" };

  const bars = (data, width) => {
    const figures = data.places ? new Intl.NumberFormat(root.lang || "en", { minimumFractionDigits: data.places, maximumFractionDigits: data.places }) : number;
    const whole = (i) => figures.format(data.values[i]);
    // Two bars on top of each other where a part of them is hatched; the figure of both stands above.
    const look = (band, value) => (band ? { color: bandFill(band), borderColor: bandEdge(band), borderWidth: value ? 1 : 0, borderType: band === "none" ? "dotted" : "solid" } : { color: css("--accent") });
    const bar = (values, above, decal) => ({
      type: "bar",
      stack: "s",
      barMaxWidth: 56,
      cursor: data.hrefs ? "pointer" : "default",
      label: { show: above, position: "top", color: css("--ink"), formatter: ({ dataIndex }) => whole(dataIndex) },
      data: values.map((value, i) => ({ value, href: data.hrefs?.[i], itemStyle: { ...look(data.bands?.[i], value), decal } })),
    });
    const named = ({ dataIndex: i }) => [`${data.labels[i]}: ${whole(i)}`, data.parts?.[i] ? `${data.part}: ${number.format(data.parts[i])}` : ""].join("\n").trim();
    return {
      ...base(),
      tooltip: { ...base().tooltip, trigger: "item", formatter: named },
      grid: { left: 8, right: 8, top: 24, bottom: 14, containLabel: true },
      xAxis: axis({ type: "category", data: data.labels, axisLabel: { color: css("--ink"), interval: 0, width: 76, overflow: "break", rotate: width < 480 ? 40 : 0 } }),
      yAxis: axis({ type: "value", minInterval: 1, axisLabel: { color: css("--quiet"), formatter: (v) => number.format(v) } }),
      series: data.parts
        ? [bar(data.values.map((value, i) => value - data.parts[i]), false, PLAIN), bar(data.parts, true, hatch(Math.PI / 4))]
        : [bar(data.values, true, PLAIN)],
    };
  };

  const stack = (data, width) => {
    const decals = [PLAIN, hatch(Math.PI / 4), hatch(-Math.PI / 4), PLAIN];
    const colours = [css("--accent"), css("--warn"), css("--line-strong")];
    const look = (band, i) => ({ ...(band ? { color: bandFill(band), borderColor: bandEdge(band), borderWidth: 1 } : { color: colours[i] }), decal: decals[i] });
    return {
      ...base(),
      tooltip: { ...base().tooltip, trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: (v) => number.format(v) },
      legend: { top: 0, left: 0, textStyle: text(), itemWidth: 24 },
      grid: { left: 8, right: 8, top: width < 480 ? 68 : 48, bottom: 14, containLabel: true },
      xAxis: axis({ type: "category", data: data.x, axisLabel: { color: css("--ink"), interval: 0, width: 72, overflow: "break", rotate: width < 80 * data.x.length ? 55 : 0 } }),
      yAxis: axis({ type: "value", minInterval: 1, axisLabel: { color: css("--quiet"), formatter: (v) => number.format(v) } }),
      series: data.series.map((series, i) => ({
        type: "bar",
        stack: "s",
        name: series.name,
        barMaxWidth: 40,
        itemStyle: look(series.band, i),
        data: series.values.map((value, at) => ({ value, itemStyle: value ? {} : { borderWidth: 0 }, href: series.hrefs?.[at] || undefined, cursor: series.hrefs?.[at] ? "pointer" : "default" })),
      })),
    };
  };

  const DAY = 86_400_000; // milliseconds
  const inWords = (options) => {
    const format = new Intl.DateTimeFormat(root.lang || "en", { ...options, timeZone: "UTC" });
    return (moment) => format.format(new Date(moment));
  };
  const days = (data) => {
    const at = data.x.map((day) => Date.parse(day));
    const end = Date.parse(data.until);
    const long = end - at[0] > 120 * DAY;
    const label = inWords(long ? { month: "short", year: "numeric" } : { day: "numeric", month: "short" });
    const whole = inWords({ day: "numeric", month: "long", year: "numeric" });
    return {
      day: whole,
      axis: axis({
        type: "time",
        min: at[0],
        max: Math.max(end, at[0] + DAY),
        minInterval: long ? 28 * DAY : DAY,
        splitLine: { show: false },
        axisLabel: { color: css("--ink"), fontSize: 12, hideOverlap: true, formatter: (moment) => label(moment) },
        axisPointer: { label: { formatter: ({ value }) => whole(value) } },
      }),
      // The last value holds today: the line goes on, without a mark of its own.
      values: (values, aged) => [
        ...values.map((value, i) => ({ value: [at[i], value ?? "-"], ...(aged?.[i] ? { symbol: "diamond", symbolSize: 14, itemStyle: { color: css("--warn") } } : {}) })),
        { value: [end, values.at(-1) ?? "-"], symbol: "none" },
      ],
    };
  };

  const trend = (data, width) => {
    const time = data.until ? days(data) : null;
    const format = data.points ? points : (v) => number.format(v);
    // With notes: the day, the values, and below them why the rating moved on it.
    const noted = (found) => {
      const { dataIndex } = found[0];
      const lines = found.map(({ seriesName, value }) => `${seriesName}: ${Number.isFinite(value[1]) ? format(value[1]) : "–"}`);
      return [time.day(found[0].value[0]), ...lines, data.notes[dataIndex]].filter(Boolean).join("\n");
    };
    const looks = [
      { color: css("--accent"), type: "solid", symbol: "circle" },
      { color: css("--bad"), type: "dashed", symbol: "rect" },
      { color: css("--info"), type: "dotted", symbol: "triangle" },
      { color: css("--warn"), type: [8, 3, 2, 3], symbol: "diamond" },
      { color: css("--quiet"), type: "solid", symbol: "emptyCircle" },
    ];
    return {
      ...base(),
      useUTC: true,
      tooltip: {
        ...base().tooltip,
        trigger: "axis",
        ...(data.notes ? { formatter: noted } : { valueFormatter: (v) => (Number.isFinite(v) ? format(v) : "–") }),
      },
      legend: { top: 0, left: 0, textStyle: text(), itemWidth: 32 },
      grid: { left: 8, right: 28, top: width < 480 ? 84 : 48, bottom: 14, containLabel: true },
      xAxis: time ? time.axis : axis({ type: "category", data: data.x, boundaryGap: false, splitLine: { show: false } }),
      yAxis: data.points ? scale() : axis({ type: "value", min: 0, minInterval: 1, axisLabel: { color: css("--quiet"), formatter: (v) => number.format(v) } }),
      series: data.series.map((series, i) => {
        const look = { ...looks[i % looks.length], ...(series.band && { color: bandEdge(series.band) }) };
        return {
          type: "line",
          name: series.name,
          data: time ? time.values(series.values, i === 0 ? data.aged : undefined) : series.values,
          step: time ? "end" : false,
          symbol: look.symbol,
          symbolSize: 7,
          itemStyle: { color: look.color },
          lineStyle: { color: look.color, width: 2, type: look.type },
          markLine:
            i === 0 && data.marks?.length
              ? {
                  symbol: "none",
                  silent: true,
                  lineStyle: { color: css("--line-strong"), type: "dashed" },
                  label: { color: css("--quiet"), position: "end", formatter: ({ name }) => name },
                  data: data.marks.map((mark) => ({ xAxis: mark.x, name: mark.label })),
                }
              : undefined,
        };
      }),
    };
  };

  const waterfall = (data, width) => {
    const looks = {
      base: { color: css("--line-strong") },
      part: { color: css("--accent") },
      rest: { color: css("--accent"), decal: hatch(Math.PI / 4) },
      knockout: { color: css("--bad"), decal: hatch(-Math.PI / 4) },
    };
    const rows = [...data.parts, { ...data.total, kind: "total" }];
    let sum = 0;
    const starts = rows.map((row) => {
      if (row.kind === "total") return 0;
      const start = sum;
      sum += row.value;
      return start;
    });
    return {
      ...base(),
      tooltip: { ...base().tooltip, trigger: "item", formatter: ({ dataIndex }) => `${rows[dataIndex].label}\n${inFull(rows[dataIndex].value)}` },
      grid: { left: 8, right: 56, top: 4, bottom: 12, containLabel: true },
      xAxis: scale(),
      yAxis: names(rows.map((row) => row.label), width),
      series: [
        { type: "bar", stack: "s", silent: true, itemStyle: { color: "transparent" }, emphasis: { disabled: true }, tooltip: { show: false }, data: starts },
        {
          type: "bar",
          stack: "s",
          barMaxWidth: 22,
          label: { show: true, position: "right", color: css("--ink"), formatter: ({ dataIndex }) => (rows[dataIndex].kind === "total" ? points(rows[dataIndex].value) : `+${points(rows[dataIndex].value)}`) },
          data: rows.map((row) => ({
            value: row.value,
            href: row.href,
            cursor: row.href ? "pointer" : "default",
            itemStyle: row.kind === "total" ? { color: bandFill(row.band), borderColor: bandEdge(row.band), borderWidth: 1 } : looks[row.kind] || looks.part,
          })),
        },
      ],
    };
  };

  // From the score as it is to where a parameter takes it: hatched for less of it, plain for more.
  const tornado = (data, width) => {
    const ends = data.items.flatMap((item) => [item.less, item.more]).concat(data.base);
    const room = Math.max(1000, (Math.max(...ends) - Math.min(...ends)) * 0.15);
    const low = Math.max(0, Math.floor((Math.min(...ends) - room) / 1000) * 1000);
    const high = Math.min(100_000, Math.ceil((Math.max(...ends) + room) / 1000) * 1000);
    const side = (name, key, itemStyle) => ({
      type: "bar",
      name,
      barGap: "-100%",
      barWidth: 16,
      itemStyle,
      data: data.items.map((item) => item[key] - data.base),
      label: { show: true, color: css("--ink"), formatter: ({ dataIndex }) => (data.items[dataIndex][key] === data.base ? "" : points(data.items[dataIndex][key])) },
    });
    const placed = (series) => ({ ...series, data: series.data.map((value) => ({ value, label: { position: value < 0 ? "left" : "right" } })) });
    return {
      ...base(),
      tooltip: {
        ...base().tooltip,
        trigger: "axis",
        axisPointer: { type: "shadow" },
        formatter: ([{ dataIndex }]) => `${data.items[dataIndex].label}\n${data.less}: ${inFull(data.items[dataIndex].less)}\n${data.more}: ${inFull(data.items[dataIndex].more)}`,
      },
      legend: { top: 0, left: 0, textStyle: text(), itemWidth: 32 },
      grid: { left: 8, right: 44, top: 32, bottom: 12, containLabel: true },
      xAxis: axis({ type: "value", min: low - data.base, max: high - data.base, splitNumber: 4, axisLabel: { color: css("--quiet"), hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: (v) => points(v + data.base) } }),
      yAxis: { ...names(data.items.map((item) => item.label), width), axisLine: { onZero: true, lineStyle: { color: css("--ink") } } },
      series: [
        placed(side(data.less, "less", { color: css("--line-strong"), decal: hatch(Math.PI / 4) })),
        placed(side(data.more, "more", { color: css("--accent") })),
      ],
    };
  };

  const dots = (data, width) => ({
    ...base(),
    tooltip: {
      ...base().tooltip,
      trigger: "item",
      formatter: ({ dataIndex }) => {
        const item = data.items[dataIndex];
        return `${item.label}\n${item.point === null ? "–" : points(item.point)}  (${points(item.lo)} – ${points(item.hi)})`;
      },
    },
    grid: { left: 8, right: 24, top: 4, bottom: 12, containLabel: true },
    xAxis: scale(),
    yAxis: names(data.items.map((item) => item.label), width),
    series: [
      { type: "bar", stack: "i", silent: true, itemStyle: { color: "transparent" }, emphasis: { disabled: true }, data: data.items.map((item) => item.lo) },
      { type: "bar", stack: "i", barWidth: 5, itemStyle: { color: css("--line-strong"), borderRadius: 3 }, data: data.items.map((item) => ({ value: Math.max(item.hi - item.lo, 300), href: item.href })) },
      {
        type: "scatter",
        symbolSize: 15,
        z: 3,
        data: data.items.map((item, i) => ({
          value: [item.point ?? "-", i],
          href: item.href,
          itemStyle: { color: bandFill(item.band), borderColor: bandEdge(item.band), borderWidth: 2, opacity: 1 },
        })),
      },
    ],
  });

  const kinds = { bars, stack, trend, waterfall, tornado, dots };
  const drawn = new Map(); // element -> ECharts instance
  let printing = false; // charts keep the width of the paper meanwhile

  const rowHeight = (data) => {
    const rows = data.items?.length ?? (data.parts ? data.parts.length + 1 : 0);
    return rows ? rows * 38 + 40 : 0;
  };

  // The library is large: it comes when a chart comes near the window, or somebody is there who may print the page.
  const address = document.currentScript.dataset.library;
  let library = null;
  const load = () =>
    (library ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      Object.assign(script, { src: address, onload: done, onerror: failed });
      document.head.append(script);
    }));

  const waiting = new Set(); // elements whose turn to be drawn comes: one at a time, between other work
  const next = async () => {
    await load();
    const [element] = waiting;
    if (element?.isConnected) draw(element);
    waiting.delete(element);
    if (waiting.size) window.setTimeout(next);
  };
  const queue = (elements) => {
    const idle = !waiting.size;
    for (const element of elements) if (!drawn.has(element)) waiting.add(element);
    if (idle && waiting.size) next();
  };
  const near = new IntersectionObserver((seen) => queue(seen.filter((one) => one.isIntersecting).map((one) => one.target)), { rootMargin: "200px" });

  const read = (element) => JSON.parse(document.getElementById(`${element.id}-data`).textContent);
  const draw = (element) => {
    const kind = kinds[element.dataset.chart];
    const data = read(element);
    let chart = drawn.get(element);
    if (!chart) {
      // SVG stays sharp in print and at 400 % zoom.
      chart = window.echarts.init(element, null, { renderer: "svg" });
      chart.on("click", ({ data: item }) => {
        if (item?.href) window.location.assign(item.href);
      });
      drawn.set(element, chart);
      near.unobserve(element);
      new ResizeObserver(() => {
        if (printing || !element.isConnected || !element.clientWidth) return;
        if (element.clientWidth !== chart.getWidth() || element.clientHeight !== chart.getHeight()) {
          chart.resize();
          chart.setOption(kind(data, element.clientWidth), { notMerge: true });
        }
      }).observe(element);
    }
    chart.setOption(kind(data, element.clientWidth), { notMerge: true });
    element.dataset.drawn = "";
  };

  let attended = false;
  const attend = () => {
    attended = true;
    queue(document.querySelectorAll("[data-chart]"));
  };
  // A new part of the page: its charts take their room at once, so that nothing moves when they are drawn.
  const arrive = (scope) => {
    for (const [element, chart] of drawn) {
      if (!element.isConnected) {
        chart.dispose();
        drawn.delete(element);
      }
    }
    const arrived = scope.querySelectorAll("[data-chart]");
    for (const element of arrived) {
      const height = rowHeight(read(element));
      if (height) element.style.height = `${height}px`;
      near.observe(element);
    }
    if (attended) queue(arrived);
  };

  document.addEventListener("DOMContentLoaded", () => arrive(document));
  document.addEventListener("htmx:load", (event) => arrive(event.detail.elt));
  for (const sign of ["pointermove", "pointerdown", "keydown", "scroll"]) {
    window.addEventListener(sign, attend, { once: true, passive: true });
  }
  // An A4 page is narrower than most screens.
  window.addEventListener("beforeprint", () => {
    printing = true;
    for (const [element, chart] of drawn) {
      chart.resize({ width: Math.min(element.clientWidth, 620), height: element.clientHeight, silent: true });
      // Drawing waits for the next frame otherwise, and there is none before the page is on paper.
      chart.getZr().flush();
    }
  });
  window.addEventListener("afterprint", () => {
    printing = false;
    for (const chart of drawn.values()) chart.resize({ width: "auto", height: "auto" });
  });
  document.addEventListener("surety:theme", () => drawn.forEach((chart, element) => draw(element)));
})();
