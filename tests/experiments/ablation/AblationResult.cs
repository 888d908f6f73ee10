namespace SparseRefine.Experiments.Ablation;

/// <summary>What a variant reached.</summary>
/// <param name="Name">The point's.</param>
/// <param name="BestEpoch">The epoch that was kept.</param>
/// <param name="ValidationMIoU">Its mIoU on the validation photos, labels at the network's size, by which it was chosen.</param>
/// <param name="TestMIoU">mIoU on the test photos, labels at full resolution.</param>
/// <param name="TestAccuracy">Share of right pixels there.</param>
/// <param name="MultiplyAdds">Of a photo.</param>
/// <param name="Milliseconds">ONNX Runtime on a photo with the resizing before it, best of ten.</param>
/// <param name="TrainingSeconds">Time of all epochs by the clock.</param>
internal sealed record AblationResult(
    string Name,
    int BestEpoch,
    double ValidationMIoU,
    double TestMIoU,
    double TestAccuracy,
    long MultiplyAdds,
    double Milliseconds,
    double TrainingSeconds);
