using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <content>The options.</content>
public sealed partial class PixelSelectionEstimator
{
    /// <summary>Columns and rule of a pixel selection. Immutable; a value out of range is an error where it is set.</summary>
    public sealed record Options
    {
        /// <summary>The column to add, of <see cref="PixelSelection"/>.</summary>
        public string OutputColumnName { get; init => field = Checked.Name(value); } = "Selected";

        /// <summary>The column of logits.</summary>
        public string LogitsColumnName { get; init => field = Checked.Name(value); } = "Logits";

        /// <summary>The image column, of which only the size is used.</summary>
        public string ImageColumnName { get; init => field = Checked.Name(value); } = "Image";

        /// <summary>
        /// Finds the pixels; entropy above 0.3 nats unless set. A time budget needs its cost per pixel here, since the sparse network is another
        /// stage; a learned selector the weights that a fitted refiner has.
        /// </summary>
        public IPixelSelector Selector
        {
            get;
            init => field = Checked.Given(value) switch
            {
                TimeBudgetSelector { MillisecondsPerPixel: null } => throw new ArgumentException(
                    $"Selector: expected a time budget with a cost per pixel (time:MS:COST), as the sparse network is another stage; got '{value.Describe()}'"),
                LearnedSelector { Network: null } => throw new ArgumentException(
                    $"Selector: expected a learned selector with weights, as a fitted refiner has it, got '{value.Describe()}' without"),
                _ => value,
            };
        } = new EntropySelector(0.3f);

        /// <summary>Threads; 0 means all processors. The result does not depend on it.</summary>
        public int Threads { get; init => field = Checked.That(value, value >= 0, "0 or more"); }
    }
}
