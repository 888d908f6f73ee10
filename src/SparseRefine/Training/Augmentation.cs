namespace SparseRefine.Training;

/// <summary>
/// Random scale, crop, mirroring and change of colors of a labelled photo together with the dense model's logits for it.
/// Only the crop's part of the photo is read, so a crop of 8 megapixels costs what a crop of 1 does.
/// Thread-safe with one <see cref="Random"/> a thread.
/// </summary>
internal sealed class Augmentation
{
    private readonly AugmentationOptions _options;
    private readonly PhotometricDistortion? _photometric;

    /// <summary>Sets what is drawn.</summary>
    /// <param name="options">Settings.</param>
    /// <exception cref="ArgumentException">A smallest scale above the largest.</exception>
    public Augmentation(AugmentationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.MinScale > options.MaxScale)
        {
            throw new ArgumentException(
                $"options: expected MinScale of at most MaxScale {options.MaxScale}, got {options.MinScale}", nameof(options));
        }

        _options = options;
        _photometric = options.Photometric is null ? null : new PhotometricDistortion(options.Photometric);
    }

    /// <summary>
    /// Draws a scale (uniform; none for whole photos), an offset (uniform; a smaller photo lies anywhere within the crop), mirrorings and colors.
    /// </summary>
    /// <param name="example">What to cut from; not changed.</param>
    /// <param name="random">Source of the draws; always the same number of them.</param>
    /// <returns>
    /// An example of CropHeight x CropWidth that owns its memory, in red, green, blue order. The image is bilinear where it
    /// grows and the mean of the covered area where it shrinks; (124, 116, 104) outside the photo. Labels are those of the
    /// nearest pixel; IgnoreIndex outside. Logits cover the same window, edges repeated outside: along an axis whose crop
    /// borders fall on borders of logit cells they are those cells, exactly; otherwise they are bilinear samples of the
    /// source's at twice its density, so that reading them bilinearly at crop pixels agrees with reading the source's there
    /// exactly where the source is linear, and within an eighth of the change of slope beside a kink. In the outermost
    /// half sample of the crop the edge is repeated, as it is at the edge of any photo.
    /// </returns>
    public TrainingExample Apply(TrainingExample example, Random random)
    {
        (CropWindow window, PhotometricDistortion.Draw? colors) = Draw(example, random);
        return Cut(example, window, colors);
    }

    /// <summary>The same crop of a photo without logits.</summary>
    public LabelledImage Apply(LabelledImage photo, Random random)
    {
        (CropWindow window, PhotometricDistortion.Draw? colors) = Draw(photo, random);
        return new LabelledImage(
            photo.Name,
            WindowResampler.Image(photo.Image.View, window, colors),
            WindowResampler.Labels(photo.Labels, window, _options.IgnoreIndex));
    }

    /// <summary>The given window of an example.</summary>
    internal TrainingExample Cut(TrainingExample example, CropWindow window, PhotometricDistortion.Draw? colors) => new(
        example.Name,
        WindowResampler.Image(example.Image.View, window, colors),
        WindowResampler.Labels(example.Labels, window, _options.IgnoreIndex),
        WindowResampler.Logits(example.Logits, window))
    {
        Teacher = example.Teacher,
        IsLabelled = example.IsLabelled,
        Window = window,
    };

    private (CropWindow Window, PhotometricDistortion.Draw? Colors) Draw(LabelledImage example, Random random)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(random);
        double scale = _options.MinScale + (random.NextDouble() * (_options.MaxScale - _options.MinScale));
        if (_options.WholePhotos)
        {
            scale = Math.Min(
                (double)_options.CropHeight / example.Image.Height, (double)_options.CropWidth / example.Image.Width);
        }

        bool flipX = random.Next(2) == 0 && _options.Flip;
        bool flipY = random.Next(2) == 0 && _options.VerticalFlip;
        CropWindow window = new(
            CropAxis.Draw(example.Image.Height, scale, _options.CropHeight, flipY, random),
            CropAxis.Draw(example.Image.Width, scale, _options.CropWidth, flipX, random));
        return (window, _photometric?.Next(random));
    }
}
