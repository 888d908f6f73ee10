using SparseRefine.Images;

namespace SparseRefine.Cli.Scenes;

/// <summary>
/// Made-up scenes for timing: label maps whose contours are as long and as smooth as those of annotated street photos, and
/// photos to match. Nothing about accuracy can be learned from them.
/// </summary>
/// <remarks>
/// A jittered grid has one point a cell of <c>min(height, width) / 6</c> pixels, each with a random class; a pixel has the class of
/// the nearest point, looked up where two octaves of value noise (a third and an eighth of a cell strong) displace it to. At 1024x2048 with 19
/// classes, over seeds 1 to 8, 2.4 to 2.9 % of the pixels touch another class. Photos of facades annotated with 11
/// classes at 1024x1024 have 2.5 %, retina vessels at 3504x2336 3.2 %.
/// </remarks>
internal static class SyntheticScene
{
    private const int CellsAcross = 6;

    /// <summary>Makes a label map.</summary>
    /// <param name="height">Rows, at least 16.</param>
    /// <param name="width">Columns, at least 16.</param>
    /// <param name="classes">Labels are 0 to classes - 1; 2 to 255.</param>
    /// <param name="seed">The same seed gives the same labels.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size or number of classes out of range.</exception>
    public static LabelMap Labels(int height, int width, int classes, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, 255);
        Random random = new(seed);
        float cell = Math.Min(height, width) / (float)CellsAcross;

        // Two cells beyond each border: displaced look-ups end there too.
        PointGrid points = new((int)(height / cell) + 5, (int)(width / cell) + 5, classes, random);
        ValueNoise down = new(height, width, cell, random);
        ValueNoise right = new(height, width, cell, random);
        byte[] labels = new byte[checked(height * width)];
        Parallel.For(0, height, y =>
        {
            for (int x = 0; x < width; x++)
            {
                labels[(y * width) + x] = points.Nearest(
                    ((y + down.At(y, x)) / cell) + 2, ((x + right.At(y, x)) / cell) + 2);
            }
        });
        return new LabelMap(labels, height, width);
    }

    /// <summary>Makes a photo of a label map: a color for each class, and noise.</summary>
    /// <param name="labels">The scene.</param>
    /// <param name="seed">The same seed gives the same photo.</param>
    /// <returns>[height, width, 3] red, green and blue bytes.</returns>
    public static byte[] Photo(LabelMap labels, int seed)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Random random = new(seed);
        byte[] colors = new byte[3 * 256];
        random.NextBytes(colors);
        byte[] pixels = new byte[checked(3 * labels.Labels.Length)];
        random.NextBytes(pixels);
        for (int i = 0; i < pixels.Length; i++)
        {
            // Three quarters color, one quarter noise.
            pixels[i] = (byte)(((3 * colors[(3 * labels.Labels[i / 3]) + (i % 3)]) + pixels[i]) / 4);
        }

        return pixels;
    }

    /// <summary>One point with a class in each cell; positions in cells.</summary>
    private sealed class PointGrid
    {
        private readonly int _rows;
        private readonly int _columns;
        private readonly (float Y, float X, byte Label)[] _points;

        public PointGrid(int rows, int columns, int classes, Random random)
        {
            _rows = rows;
            _columns = columns;
            _points = new (float, float, byte)[rows * columns];
            for (int i = 0; i < _points.Length; i++)
            {
                _points[i] = ((i / columns) + random.NextSingle(), (i % columns) + random.NextSingle(), (byte)random.Next(classes));
            }
        }

        public byte Nearest(float y, float x)
        {
            int row = Math.Clamp((int)y, 1, _rows - 2);
            int column = Math.Clamp((int)x, 1, _columns - 2);
            float best = float.PositiveInfinity;
            byte label = 0;
            for (int i = 0; i < 9; i++)
            {
                (float pointY, float pointX, byte pointLabel) = _points[((row + (i / 3) - 1) * _columns) + column + (i % 3) - 1];
                float distance = ((pointY - y) * (pointY - y)) + ((pointX - x) * (pointX - x));
                (best, label) = distance < best ? (distance, pointLabel) : (best, label);
            }

            return label;
        }
    }

    /// <summary>Smooth random displacements in pixels.</summary>
    private sealed class ValueNoise(int height, int width, float cell, Random random)
    {
        private readonly Octave _coarse = new(height, width, cell / 2, cell / 3, random);
        private readonly Octave _fine = new(height, width, cell / 6, cell / 8, random);

        public float At(int y, int x) => _coarse.At(y, x) + _fine.At(y, x);
    }

    private sealed class Octave
    {
        private readonly float _period;
        private readonly int _columns;
        private readonly float[] _lattice;

        public Octave(int height, int width, float period, float strength, Random random)
        {
            _period = period;
            _columns = (int)(width / period) + 2;
            _lattice = new float[((int)(height / period) + 2) * _columns];
            for (int i = 0; i < _lattice.Length; i++)
            {
                _lattice[i] = strength * ((2 * random.NextSingle()) - 1);
            }
        }

        public float At(int y, int x)
        {
            (int row, float down) = Locate(y);
            (int column, float right) = Locate(x);
            int at = (row * _columns) + column;
            float upper = float.Lerp(_lattice[at], _lattice[at + 1], right);
            float lower = float.Lerp(_lattice[at + _columns], _lattice[at + _columns + 1], right);
            return float.Lerp(upper, lower, down);
        }

        // Smoothstep, so that contours have no kinks at lattice lines.
        private (int Cell, float Fraction) Locate(int pixel)
        {
            float at = pixel / _period;
            float fraction = at - (int)at;
            return ((int)at, fraction * fraction * (3 - (2 * fraction)));
        }
    }
}
