using SparseRefine.Images;
using SparseRefine.Training;

namespace SparseRefine.Experiments.Universal;

/// <summary>
/// Made scenes: regions, shapes, branching curves of a class each on textured ground, with shapes and curves among them that differ in color but not in
/// class. What borders of many widths and contrasts look like, without a photo of anything.
/// </summary>
internal sealed class MadeScene
{
    private readonly Random _random;
    private readonly int _side;
    private readonly int _classes;
    private readonly byte[] _labels;
    private readonly int[] _regions;
    private readonly List<byte> _classOf = [];

    private MadeScene(int side, Random random)
    {
        (_side, _random) = (side, random);
        _classes = random.Chance(0.5) ? 2 : 2 + random.Next(6);
        _labels = new byte[side * side];
        _regions = new int[side * side];
        Array.Fill(_labels, (byte)random.Next(_classes));
        _classOf.Add(_labels[0]);
    }

    /// <summary>Makes a scene with a pretended dense answer.</summary>
    public static TrainingExample Make(int side, Random random)
    {
        MadeScene scene = new(side, random);
        if (random.Chance(0.6))
        {
            scene.Divide();
        }

        if (random.Chance(0.6))
        {
            scene.AddShapes();
        }

        if (random.Chance(0.6))
        {
            scene.AddCurves();
        }

        ImageBuffer image = scene.Paint();
        LabelMap labels = Annotator.Paint(new LabelMap(scene._labels, side, side), scene._classes, random);
        return new TrainingExample("scene", image, labels, PretendedModel.Answer(labels, scene._classes, random));
    }

    // Most of what is added is of another class than the ground.
    private byte OtherClass() => _random.Chance(0.85) ? (byte)((_classOf[0] + 1 + _random.Next(_classes - 1)) % _classes) : (byte)_random.Next(_classes);

    private int Region(byte ofClass)
    {
        _classOf.Add(ofClass);
        return _classOf.Count - 1;
    }

    private void Set(int pixel, int region) => (_regions[pixel], _labels[pixel]) = (region, _classOf[region]);

    // Voronoi cells with borders that may be wavy.
    private void Divide()
    {
        var centres = Enumerable.Range(0, 2 + _random.Next(8))
            .Select(_ => (Y: _random.NextDouble() * _side, X: _random.NextDouble() * _side, Region: Region((byte)_random.Next(_classes)))).ToArray();
        float[] down = _random.Noise(_side, _random.Between(3, 30));
        float[] right = _random.Noise(_side, _random.Between(3, 30));
        double waves = _random.Chance(1.0 / 3) ? 0 : _random.Between(1, 12);
        for (int i = 0; i < _labels.Length; i++)
        {
            double y = (i / _side) + (waves * down[i]);
            double x = (i % _side) + (waves * right[i]);
            Set(i, centres.MinBy(c => ((y - c.Y) * (y - c.Y)) + ((x - c.X) * (x - c.X))).Region);
        }
    }

    private void AddShapes()
    {
        int count = 1 + _random.Next(_random.Chance(0.25) ? 30 : 6);
        int? shared = _random.Chance(0.5) ? Region(OtherClass()) : null;
        for (int i = 0; i < count; i++)
        {
            int region = shared ?? Region(OtherClass());
            Shape(pixel => Set(pixel, region));
        }
    }

    private void AddCurves()
    {
        int count = 1 + _random.Next(8);
        int region = Region(OtherClass());
        double bend = _random.Chance(1.0 / 3) ? 0 : _random.Between(0.002, 0.03);
        double widest = _random.Between(3, 16);
        for (int i = 0; i < count; i++)
        {
            Curve(Place(), _random.Between(1.5, widest), _side * (0.3 + _random.NextDouble()), bend, 2, pixel => Set(pixel, region));
        }
    }

    private (double Y, double X, double Direction) Place() =>
        (_random.NextDouble() * _side, _random.NextDouble() * _side, _random.NextDouble() * 2 * Math.PI);

    // An ellipse, a rectangle or a star-like blob.
    private void Shape(Action<int> set)
    {
        (double cy, double cx, double angle) = Place();
        double a = _random.Between(2, _side / 2.5);
        double b = a * (0.3 + (0.7 * _random.NextDouble()));
        int kind = _random.Next(3);
        (double two, double five) = kind == 2 ? (_random.Normal() * 0.25, _random.Normal() * 0.15) : (0, 0);
        (double turnTwo, double turnFive) = (_random.NextDouble() * 2 * Math.PI, _random.NextDouble() * 2 * Math.PI);
        (double sine, double cosine) = Math.SinCos(_random.Chance(0.5) ? 0 : angle);
        double reach = 1.5 * (a + b);
        for (int y = Math.Max(0, (int)(cy - reach)); y <= Math.Min(_side - 1, cy + reach); y++)
        {
            for (int x = Math.Max(0, (int)(cx - reach)); x <= Math.Min(_side - 1, cx + reach); x++)
            {
                double u = ((cosine * (x - cx)) + (sine * (y - cy))) / a;
                double v = ((cosine * (y - cy)) - (sine * (x - cx))) / b;
                double around = Math.Atan2(v, u);
                if (kind == 1
                    ? Math.Abs(u) < 1 && Math.Abs(v) < 1
                    : Math.Sqrt((u * u) + (v * v)) < 1 + (two * Math.Cos((2 * around) + turnTwo)) + (five * Math.Cos((5 * around) + turnFive)))
                {
                    set((y * _side) + x);
                }
            }
        }
    }

    private void Curve((double Y, double X, double Direction) at, double width, double length, double bend, int branches, Action<int> set)
    {
        (double y, double x, double direction) = at;
        double turn = 0;
        double radius = Math.Max(0.75, width / 2);
        for (double walked = 0; walked < length && y > -20 && x > -20 && y < _side + 20 && x < _side + 20; walked++)
        {
            for (int py = Math.Max(0, (int)Math.Ceiling(y - radius)); py <= Math.Min(_side - 1, y + radius); py++)
            {
                for (int px = Math.Max(0, (int)Math.Ceiling(x - radius)); px <= Math.Min(_side - 1, x + radius); px++)
                {
                    if (((py - y) * (py - y)) + ((px - x) * (px - x)) <= radius * radius)
                    {
                        set((py * _side) + px);
                    }
                }
            }

            turn = (turn * 0.95) + (_random.Normal() * bend);
            direction += turn;
            (double sine, double cosine) = Math.SinCos(direction);
            (y, x) = (y + sine, x + cosine);
            if (branches > 0 && _random.Chance(0.015))
            {
                double aside = (_random.Chance(0.5) ? 1 : -1) * (0.4 + (_random.NextDouble() * 0.6));
                Curve((y, x, direction + aside), width * (0.5 + (0.4 * _random.NextDouble())), length - walked, bend, branches - 1, set);
            }
        }
    }

    private ImageBuffer Paint()
    {
        float contrast = (float)_random.Between(4, 60);
        float[][] ofClass = [.. Enumerable.Range(0, _classes).Select(_ => Color(contrast, 0.6f))];
        float within = _random.NextSingle() * 0.5f * contrast;
        float[][] ofRegion = [.. _classOf.Select(c => Color(within, 0.5f).Zip(ofClass[c], (a, b) => a + b).ToArray())];
        float[] soft = _random.Noise(_side, _random.Between(8, 60));
        float[] fine = _random.Noise(_side, _random.Between(0.5, 4));
        float shading = _random.NextSingle() * 1.2f * contrast;
        float roughest = _random.NextSingle() * 0.7f * contrast;
        float[] roughness = [.. _classOf.Select(_ => _random.NextSingle() * roughest)];
        float[] tint = [.. Enumerable.Range(0, 3).Select(_ => 0.6f + (_random.NextSingle() * 0.8f))];
        float[][] planes = [new float[_labels.Length], new float[_labels.Length], new float[_labels.Length]];
        for (int i = 0; i < _labels.Length; i++)
        {
            for (int k = 0; k < 3; k++)
            {
                planes[k][i] = ofRegion[_regions[i]][k] + (tint[k] * ((shading * soft[i]) + (roughness[_regions[i]] * fine[i])));
            }
        }

        Distract(planes, contrast);
        double blur = _random.Between(0.3, 3.5);
        float grain = _random.NextSingle() * 6;
        byte[] pixels = new byte[_labels.Length * 3];
        for (int k = 0; k < 3; k++)
        {
            Draw.Blur(planes[k], _side, _side, blur);
            for (int i = 0; i < _labels.Length; i++)
            {
                pixels[(i * 3) + k] = (byte)Math.Clamp(118 + planes[k][i] + (grain * _random.Normal()), 0, 255);
            }
        }

        return new ImageBuffer(pixels, _side, _side, PixelOrder.Rgb24);
    }

    private float[] Color(float spread, float ofChannels)
    {
        float grey = _random.Normal() * spread;
        return [.. Enumerable.Range(0, 3).Select(_ => grey + (_random.Normal() * spread * ofChannels))];
    }

    // Borders of color alone.
    private void Distract(float[][] planes, float contrast)
    {
        for (int i = _random.Next(5); i > 0; i--)
        {
            float[] change = Color(0, 0).Select(_ => _random.Normal() * contrast * 0.4f).ToArray();
            HashSet<int> pixels = [];
            if (_random.Chance(0.5))
            {
                Shape(pixel => pixels.Add(pixel));
            }
            else
            {
                Curve(Place(), _random.Between(1.5, 8), _side, 0.01, 1, pixel => pixels.Add(pixel));
            }

            foreach (int pixel in pixels)
            {
                for (int k = 0; k < 3; k++)
                {
                    planes[k][pixel] += change[k];
                }
            }
        }
    }
}
