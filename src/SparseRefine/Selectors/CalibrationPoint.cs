namespace SparseRefine.Selectors;

/// <summary>What an entropy threshold does to the photos of a <see cref="ThresholdCalibration"/>.</summary>
/// <param name="Threshold">Nats; pixels above it are selected.</param>
/// <param name="Density">Selected pixels / all pixels.</param>
/// <param name="CapturedErrors">Share of the dense model's wrong pixels that are selected; 1 where it makes no error.</param>
/// <param name="PerfectMeanIoU">mIoU if every selected pixel were right and the others as the dense model has them: no refiner reaches more at this threshold.</param>
public readonly record struct CalibrationPoint(float Threshold, double Density, double CapturedErrors, double PerfectMeanIoU);
