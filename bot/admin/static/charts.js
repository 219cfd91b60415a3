// The pictures of the pages Reports, Cancellations and Recovery in numbers. The tables beside them say the same, so nothing is lost without this file.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("chart-data").textContent);
  const colours = getComputedStyle(document.documentElement);
  const ink = (name) => colours.getPropertyValue(name).trim();
  const axis = (more) => ({ stroke: ink("--soft"), grid: { stroke: ink("--line"), width: 1 }, ticks: { show: false }, ...more });

  // The names under bars, aslant where side by side they would run into each other.
  const LETTER = 6.5, LINE = 30, SLANT = 40;
  function named(names) {
    const longest = Math.max(0, ...names.map((name) => name.length)) * LETTER;
    const crowded = (chart) => longest + 2 * LETTER > (chart.width - 2 * LINE) / Math.max(1, names.length);
    return axis({
      grid: { show: false }, splits: names.map((_, index) => index), values: () => names,
      rotate: (chart) => (crowded(chart) ? SLANT : 0),
      size: (chart) => (crowded(chart) ? LINE + longest * Math.sin((SLANT * Math.PI) / 180) : LINE),
    });
  }

  const bars = (size, align) => uPlot.paths.bars({ size: [size, 60], align });

  // Openings behind, what was filled of them in front: one bar a name.
  function filled(place, { names, openings, filled }) {
    const at = names.map((_, index) => index);
    return new uPlot({
      width: place.clientWidth, height: 200, legend: { show: false }, cursor: { show: false },
      scales: { x: { time: false, range: [-0.6, names.length - 0.4] }, y: { range: (_, __, most) => [0, Math.max(most, 1)] } },
      axes: [
        named(names),
        axis({ size: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000] }),
      ],
      series: [
        {},
        { fill: ink("--line"), stroke: ink("--edge"), width: 1, paths: bars(0.6), points: { show: false } },
        { fill: ink("--accent"), paths: bars(0.6), points: { show: false } },
      ],
    }, [at, openings, filled], place);
  }

  // Minutes on a line that is stretched where most answers come.
  function answers(place, { minutes, here, published }) {
    return new uPlot({
      width: place.clientWidth, height: 220, legend: { show: false }, cursor: { show: false },
      scales: { x: { time: false, distr: 3 }, y: { range: [0, 100] } },
      axes: [
        axis({ values: (_, splits) => splits.map((m) => (m === null ? null : m < 60 ? `${m} min` : `${m / 60} h`)),
               splits: () => [1, 5, 15, 60, 240, 1440].filter((m) => m <= minutes.at(-1)), filter: null }),
        axis({ size: 44, values: (_, splits) => splits.map((share) => `${share}%`) }),
      ],
      series: [
        {},
        { stroke: ink("--accent"), width: 3, points: { show: false } },
        { stroke: ink("--edge"), width: 1, dash: [4, 4], points: { show: false } },
      ],
    }, [minutes, here, published], place);
  }

  const share = axis({ size: 44, values: (_, splits) => splits.map((share) => `${share}%`) });

  // A share of each name's, in percent.
  function rates(place, { names, rates }) {
    const at = names.map((_, index) => index);
    return new uPlot({
      width: place.clientWidth, height: 200, legend: { show: false }, cursor: { show: false },
      scales: { x: { time: false, range: [-0.6, names.length - 0.4] }, y: { range: (_, __, most) => [0, Math.max(most, 1)] } },
      axes: [named(names), share],
      series: [{}, { fill: ink("--accent"), paths: bars(0.6), points: { show: false } }],
    }, [at, rates], place);
  }

  // A share of each name's, and the interval in which the true one lies, in percent.
  function shares(place, { names, shares, lows, highs }) {
    const at = names.map((_, index) => index);
    const whiskers = (chart) => {
      const { ctx } = chart;
      ctx.save();
      ctx.strokeStyle = ink("--ink");
      ctx.lineWidth = 2 * devicePixelRatio;
      for (const index of at) {
        const x = chart.valToPos(index, "x", true);
        ctx.beginPath();
        ctx.moveTo(x, chart.valToPos(lows[index], "y", true));
        ctx.lineTo(x, chart.valToPos(highs[index], "y", true));
        ctx.stroke();
      }
      ctx.restore();
    };
    return new uPlot({
      width: place.clientWidth, height: 200, legend: { show: false }, cursor: { show: false },
      scales: { x: { time: false, range: [-0.6, names.length - 0.4] }, y: { range: [0, 100] } },
      axes: [named(names), share],
      series: [{}, { fill: ink("--accent"), paths: bars(0.6), points: { show: false } }],
      hooks: { draw: [whiskers] },
    }, [at, shares], place);
  }

  // Three shares by week.
  function weeks(place, { names, early, late, missed }) {
    const at = names.map((day) => Date.parse(`${day}T12:00Z`) / 1000);
    const line = (more) => ({ stroke: ink("--accent"), points: { show: names.length < 3 }, ...more });
    const chart = new uPlot({
      width: place.clientWidth, height: 220, legend: { show: false }, cursor: { show: false },
      scales: { y: { range: (_, __, most) => [0, Math.max(most, 1)] } },
      axes: [axis({ values: (_, splits) => splits.map((at) => new Date(at * 1000).toISOString().slice(5, 10)) }), share],
      series: [{}, line({ width: 1 }), line({ width: 2, dash: [4, 4] }), line({ width: 3 })],
    }, [at, early, late, missed], place);
    const halfAWeek = 3.5 * 24 * 3600; // a single week would have no width, and uPlot gives it three years
    if (at.length) chart.setScale("x", { min: at[0] - halfAWeek, max: at[at.length - 1] + halfAWeek });
    return chart;
  }

  const ways = { filled, answers, rates, shares, weeks };
  const drawn = [];
  for (const place of document.querySelectorAll("[data-chart]")) {
    const name = place.dataset.chart;
    drawn.push([place, ways[place.dataset.draw](place, data[name])]);
  }
  addEventListener("resize", () => { for (const [place, chart] of drawn) chart.setSize({ width: place.clientWidth, height: chart.height }); });
})();
