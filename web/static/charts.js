/* Draws what a page's charts say in data-chart, with ECharts, behind links that are there without it.
   Colours are the stylesheet's tokens themselves (var(--p1)), so dark mode, print and forced colours follow by themselves. */
(() => {
  "use strict";

  const NARROW = window.matchMedia("(max-width: 639px)");
  const TEXT_PX = 12;
  const SILENT = { silent: true, animation: false, emphasis: { disabled: true }, z: 2 };
  const drawn = new Map();

  const token = (name) => `var(--${name})`;

  const font = (plot) => getComputedStyle(plot).fontFamily;

  const text = (plot) => ({ fontFamily: font(plot), fontSize: TEXT_PX, color: token("ink-2") });

  const targetLine = (target, isUpright) => ({
    silent: true,
    symbol: "none",
    animation: false,
    label: { show: false },
    lineStyle: { color: token("no"), width: 2, type: "solid" },
    data: [isUpright ? { xAxis: target } : { yAxis: target }],
  });

  /* Bars fill the box between the words and the figures; on a phone the box lies below them. */
  const barsOption = (spec, plot) => {
    const values = spec.bars.map((bar) => ({
      value: bar.value,
      itemStyle: { color: token(bar.below ? "p4" : "p1") },
    }));
    const row = plot.clientHeight / spec.bars.length;
    const width = NARROW.matches ? 14 : Math.round(row * 0.62);
    return {
      animation: false,
      textStyle: text(plot),
      grid: { left: 1, right: 1, top: 0, bottom: 0, outerBoundsMode: "none" },
      xAxis: { type: "value", min: 0, max: spec.most, show: false },
      yAxis: { type: "category", inverse: true, data: spec.bars.map((_, place) => String(place)), axisLabel: { show: false }, axisTick: { show: false }, axisLine: { lineStyle: { color: token("line-2") } } },
      series: [
        { type: "bar", ...SILENT, barWidth: width, data: values, showBackground: spec.target !== null, backgroundStyle: { color: token("sunken") }, markLine: spec.target === null || NARROW.matches ? undefined : targetLine(spec.target, true) },
        /* On a phone the words lie between the bars, so the target is marked on each bar. */
        { type: "scatter", ...SILENT, z: 4, symbol: "rect", symbolSize: [2, width + 6], itemStyle: { color: token("no") }, data: spec.target !== null && NARROW.matches ? spec.bars.map((_, place) => [spec.target, place]) : [] },
        { type: "scatter", ...SILENT, z: 3, symbol: "rect", symbolSize: [3, width + 6], itemStyle: { color: token("ink-2") }, data: spec.bars.flatMap((bar, place) => (bar.before === null ? [] : [[bar.before, place]])) },
      ],
    };
  };

  const linesOption = (spec, plot) => {
    const series = spec.lines.map((line) => ({
      type: "line",
      ...SILENT,
      data: line.values,
      symbol: line.dashed ? "none" : "circle",
      symbolSize: 6,
      lineStyle: { color: token(line.dashed ? "ink-2" : "p1"), width: line.dashed ? 1.5 : 2.5, type: line.dashed ? "dashed" : "solid" },
      itemStyle: { color: token("p1") },
      markLine: line.dashed || spec.target === null ? undefined : targetLine(spec.target, false),
    }));
    if (spec.band) {
      const span = spec.band.high.map((high, place) => (high === null ? null : high - spec.band.low[place]));
      const plain = { type: "line", ...SILENT, z: 1, stack: "band", symbol: "none", lineStyle: { opacity: 0 } };
      series.push({ ...plain, data: spec.band.low }, { ...plain, data: span, areaStyle: { color: token("p1"), opacity: 0.22 } });
    }
    const label = { ...text(plot), hideOverlap: true };
    return {
      animation: false,
      textStyle: text(plot),
      grid: { left: 8, right: 16, top: 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: { type: "category", boundaryGap: false, data: spec.axis, axisLabel: label, axisLine: { lineStyle: { color: token("line-2") } }, axisTick: { show: false } },
      yAxis: { type: "value", min: 0, ...scale(spec.most), axisLabel: { ...label, formatter: (value) => value.toLocaleString("en") + spec.unit }, splitLine: { lineStyle: { color: token("line") } } },
      series,
    };
  };

  /* The next round figure above and its steps: 1, 1.5, 2, 4, 5 or 10 times a power of ten, so that no step is half a person. */
  const ROUND = [[1, 0.2], [1.5, 0.5], [2, 0.5], [4, 1], [5, 1], [10, 2]];
  const scale = (most) => {
    const power = 10 ** Math.max(0, Math.floor(Math.log10(most)));
    const [times, step] = ROUND.find(([top]) => top * power >= most);
    return { max: times * power, interval: Math.max(1, step * power) };
  };

  /* Points of a line that open a list: real links laid over the drawing. */
  const placeLinks = (chart, plot) => {
    const list = plot.querySelector("ol");
    if (!list || !plot.matches(".lines")) return;
    for (const item of list.children) {
      const [left, top] = chart.convertToPixel({ gridIndex: 0 }, [Number(item.dataset.place), Number(item.dataset.value)]);
      item.style.left = `${left}px`;
      item.style.top = `${top}px`;
      item.classList.toggle("late", left > plot.clientWidth / 2);
      item.classList.toggle("early", left <= plot.clientWidth / 2);
    }
    list.hidden = false;
  };

  const draw = (box) => {
    const plot = box.parentElement;
    if (!plot.clientWidth) return;
    const spec = JSON.parse(box.dataset.chart);
    const size = { width: box.clientWidth, height: box.clientHeight };
    let chart = drawn.get(box);
    if (!chart) {
      chart = window.echarts.init(box, null, { renderer: "svg", ...size });
      drawn.set(box, chart);
    } else chart.resize(size);
    chart.setOption(spec.kind === "bars" ? barsOption(spec, plot) : linesOption(spec, plot), true);
    const picture = box.querySelector("svg");
    /* Printed, the drawing is scaled to the paper; its own size is the screen's. */
    picture.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    picture.setAttribute("preserveAspectRatio", spec.kind === "bars" ? "none" : "xMidYMid meet");
    placeLinks(chart, plot);
    plot.classList.add("is-drawn");
  };

  const watcher = new ResizeObserver((entries) => {
    for (const entry of entries) draw(entry.target);
  });

  const begin = (root) => {
    for (const box of root.querySelectorAll("[data-chart]")) {
      if (!drawn.has(box)) watcher.observe(box);
    }
  };

  /* What htmx took away is let go; what it brought is drawn. */
  document.addEventListener("htmx:afterSettle", (event) => {
    for (const [box, chart] of drawn) {
      if (box.isConnected) continue;
      watcher.unobserve(box);
      chart.dispose();
      drawn.delete(box);
    }
    begin(event.detail.elt);
  });
  document.addEventListener("DOMContentLoaded", () => begin(document));
})();
